"""What is read of features."""
