"""Words for people: parties, what they let the bank use, their faces, and the staff."""
