"""The Kafka door: what other services announced becomes commands of our own."""
