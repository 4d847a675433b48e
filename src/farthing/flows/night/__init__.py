"""What the night needs of the world."""
