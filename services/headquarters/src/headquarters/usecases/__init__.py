"""What headquarters can be asked to do."""
