"""What flows need of the world, by subject; `flows.ports` joins it with the rest, so nothing here knows a flow."""
