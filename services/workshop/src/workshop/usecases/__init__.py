"""What the workshop can be asked to do: one file per command."""
