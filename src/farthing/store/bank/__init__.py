"""Tables of the bank as a whole: what was posted and who listens."""
