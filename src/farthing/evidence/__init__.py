"""What we were told, by whom, and how far to believe it."""
