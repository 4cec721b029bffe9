"""Where the documents of customer relations are kept."""
