"""Those who listen to the bank's events: let in, told, told again, let go."""
