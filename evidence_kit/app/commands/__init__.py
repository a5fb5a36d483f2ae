"""What can be asked of the kit: frozen dataclasses that the one writer thread carries out."""
