"""Who does what in customer relations. A dealer's own app may do what an advisor may."""

COUNTER = ("advisor", "agent", "manager")
"""Whoever meets the customer first takes his data and his complaint (C5)."""

CARE = ("agent", "manager")
"""Customer relations and their manager: merging records, handling complaints."""
