"""What customer relations can do: one file per command."""
