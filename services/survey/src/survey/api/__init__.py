"""The HTTP door of the survey."""
