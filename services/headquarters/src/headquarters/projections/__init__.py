"""What headquarters folds from the facts of all services, and how it is read."""
