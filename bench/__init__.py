"""What Farthing does in how much time: one file a room, each figure with its goal and, where there is one, a peer."""
