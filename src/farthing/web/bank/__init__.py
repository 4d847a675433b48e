"""Pages of the bank as a whole: its books, its months, who listens."""
