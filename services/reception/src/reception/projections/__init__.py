"""What reception folds out of facts to be read."""
