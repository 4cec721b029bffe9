"""Reception's collections."""
