"""A small seeded economy with known truth, for demos, tests and load."""
