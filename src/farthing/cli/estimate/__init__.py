"""`farthing model` for estimates beside the score: counties, capacity, the person who runs the business, and how far a case is known."""
