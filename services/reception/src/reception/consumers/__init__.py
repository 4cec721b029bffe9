"""The Kafka door: other services' facts, one file per publisher."""
