"""How fast the room is, always beside the floor for the same job in the same run. Prints; never asserts a time."""
