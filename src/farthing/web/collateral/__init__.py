"""The pages of houses that secure lines."""
