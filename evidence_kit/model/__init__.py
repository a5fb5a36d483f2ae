"""The nouns: frozen dataclasses that every room shares, and the codec for their bytes."""
