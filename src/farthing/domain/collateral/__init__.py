"""Houses that secure lines: what they are, what they are worth, how far the lien on them has come."""
