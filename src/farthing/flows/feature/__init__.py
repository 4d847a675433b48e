"""Features in the life of the bank: which a decision records, and the dictionary of them all."""
