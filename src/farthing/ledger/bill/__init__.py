"""What is owed on acceptance bills: the life of a bill as a table, its price, recourse, and what the accounts say."""
