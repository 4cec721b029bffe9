"""The HTTP door of headquarters."""
