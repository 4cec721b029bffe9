"""The rules of booking (B1-B19). Pure: no clock, no ids, no store."""
