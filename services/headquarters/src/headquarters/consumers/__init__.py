"""What the facts of each service mean to headquarters: figures, steps of a visit, lines of its story."""
