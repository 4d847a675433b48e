"""What single parts of the bank need of the world, as protocols; `flows.ports` joins them, and nothing here knows of it."""
