"""`farthing model` for estimates beside the score: segments, capacity, the person who runs the business, and how far a case is known."""
