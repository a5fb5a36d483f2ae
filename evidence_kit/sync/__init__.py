"""Get ciphertext to where the person chose. Knows no keys and no plaintext.

Each type of destination is a package of its own here; `types.py` lists them, and everything else asks that list.
"""
