"""The gate of the published language: released schemas, and what may change beside them. Not shipped to services."""
