"""Get ciphertext to where the person chose: a mailbox or a folder. Knows no keys and no plaintext."""
