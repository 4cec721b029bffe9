"""The workshop's documents: what is kept where, and by what it is found."""
