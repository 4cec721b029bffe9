"""What it can do: one file per command."""
