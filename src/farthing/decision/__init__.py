"""Access, limit and price: a policy document folded over facts, and its trace."""
