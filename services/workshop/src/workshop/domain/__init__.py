"""The workshop's rules, pure: times and ids come in as arguments, events go out as return values."""
