"""What is asked about a model after it was made: has the world moved, and would another kind of model do better."""
