"""The bill desk: acceptance bills with what is due, whom they depend on, and what may be done, each act with its effect first."""
