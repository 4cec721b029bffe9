"""Where booking keeps what it knows."""
