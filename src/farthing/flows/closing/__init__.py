"""What is closed under a name: a month of the bank."""
