"""The HTTP door of reception."""
