"""The rules of reception (R1-R19), pure: no clock, no ids, no framework, no database."""
