"""A model from anybody's table: what its columns mean, what is read of it, what leaks, how well it holds, and the card that says so."""
