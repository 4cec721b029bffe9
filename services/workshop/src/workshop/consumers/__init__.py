"""The Kafka door: foreign facts become the workshop's own commands. One file per publisher."""
