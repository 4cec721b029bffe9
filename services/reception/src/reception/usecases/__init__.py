"""What reception can do: one command a file."""
