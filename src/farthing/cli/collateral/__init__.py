"""`farthing house`: houses that secure lines."""
