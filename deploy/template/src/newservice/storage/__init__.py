"""Where it keeps its documents."""
