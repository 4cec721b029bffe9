"""The Kafka door: one file per publishing service."""
