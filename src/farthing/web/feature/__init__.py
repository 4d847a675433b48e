"""What staff read of features."""
