"""HTTP door of booking."""
