"""What a person can have done with an unlocked vault, one job each."""
