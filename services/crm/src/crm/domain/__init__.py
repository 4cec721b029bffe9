"""The rules of customer relations, pure: no clock, no store, no framework."""
