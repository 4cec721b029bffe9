"""The survey's own documents."""
