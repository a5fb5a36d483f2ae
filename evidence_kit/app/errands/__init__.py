"""Long work in the vault's process, one file for each kind."""
