"""The journeys of an acceptance bill, each of which locks the bill and writes into its stream."""
