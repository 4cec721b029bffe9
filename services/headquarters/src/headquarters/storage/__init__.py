"""Headquarters' own documents."""
