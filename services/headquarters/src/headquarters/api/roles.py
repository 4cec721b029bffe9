"""Who may look at what."""

DEALERSHIP = (
    "manager",
    "advisor",
    "dispatcher",
    "technician",
    "inspector",
    "parts_clerk",
    "cashier",
    "agent",
    "area_manager",
    "headquarters",
)
"""Everybody who works at a dealer looks at that dealer; area managers and headquarters within their reach (X1)."""
SPANNING = ("area_manager", "headquarters", "manager")
"""Those whose reach may span dealers; whatever they ask, they see their own reach and no more."""
