"""What is asked of scores of dimensions."""
