"""The published language: what the services tell each other, and the values they share. Nothing else."""
