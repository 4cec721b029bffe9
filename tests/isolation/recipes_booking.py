"""Recipes of booking beyond the way of one appointment."""

from recipe import Recipe, on_visit

BOOKING: dict[str, Recipe] = {
    "hand_over_case": on_visit({"owner": "advisor:bo", "reason": "leave"}),
}
