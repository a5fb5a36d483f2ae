"""The words for states, kinds, errors and findings; every face reads them here."""
