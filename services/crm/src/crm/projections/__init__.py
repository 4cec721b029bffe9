"""The read side: the contact history and the texts of messages."""
