"""The bank as a whole: the rules it obeys, its capital, and the partners it lends with."""
