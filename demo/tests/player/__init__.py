"""A package, so that pytest does not name these tests after the folder ``demo``, which is the player's own name."""
