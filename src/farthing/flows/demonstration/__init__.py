"""What a demonstration has beside what it lives."""
