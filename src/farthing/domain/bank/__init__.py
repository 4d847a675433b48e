"""What concerns the bank as a whole: its months, and who listens to its events."""
