"""What journeys of the bank as a whole need of the world: protocols only, so that the house may name them."""
