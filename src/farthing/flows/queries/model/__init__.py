"""What is read of one model: its validation report, and its drift."""
