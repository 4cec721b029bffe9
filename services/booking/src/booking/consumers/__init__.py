"""Kafka door: other services' facts become booking's own commands."""
