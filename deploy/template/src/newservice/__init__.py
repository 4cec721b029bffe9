"""The newservice service."""
