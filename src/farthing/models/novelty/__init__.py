"""How far a case is known: whether the models have seen its like, how old the business is, and how much the bank was told of it."""
