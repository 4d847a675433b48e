"""What is owed: a fold over events, in exact integers."""
