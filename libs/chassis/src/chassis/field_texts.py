"""What is wrong with one field, as a sentence that can be told in each language (X4): pydantic's own, ours, and what
the contracts' values say of themselves."""

from collections.abc import Mapping
from typing import Any

from contracts.values import OpenEnum

from chassis.texts import Said

FIELD_TEXTS = {
    "missing": "Field required",
    "extra_forbidden": "Extra inputs are not permitted",
    "model_type": "Input should be an object",
    "model_attributes_type": "Input should be an object",
    "dict_type": "Input should be an object",
    "none_required": "Input should be null",
    "greater_than": "Input should be greater than {gt}",
    "greater_than_equal": "Input should be greater than or equal to {ge}",
    "less_than": "Input should be less than {lt}",
    "less_than_equal": "Input should be less than or equal to {le}",
    "multiple_of": "Input should be a multiple of {multiple_of}",
    "finite_number": "Input should be a finite number",
    "too_short": "There should be {min_length} entries at least, not {actual_length}",
    "too_long": "There should be {max_length} entries at most, not {actual_length}",
    "list_type": "Input should be a valid array",
    "tuple_type": "Input should be a valid array",
    "set_type": "Input should be a valid array",
    "string_type": "Input should be a valid string",
    "string_unicode": "Input should be a valid string",
    "string_too_short": "Characters there should be at least: {min_length}",
    "string_too_long": "Characters there should be at most: {max_length}",
    "string_pattern_mismatch": "It should be written by the pattern {pattern}",
    "enum": "Use one of {expected}",
    "literal_error": "Use one of {expected}",
    "bool_type": "Input should be true or false",
    "bool_parsing": "Input should be true or false",
    "int_type": "Input should be a whole number",
    "int_parsing": "Input should be a whole number",
    "int_parsing_size": "This number is too large",
    "int_from_float": "Input should be a whole number",
    "float_type": "Input should be a number",
    "float_parsing": "Input should be a number",
    "decimal_type": "Input should be a number",
    "decimal_parsing": "Input should be a number",
    "date_type": "Write the day as YYYY-MM-DD",
    "date_parsing": "Write the day as YYYY-MM-DD",
    "date_from_datetime_parsing": "Write the day as YYYY-MM-DD",
    "date_from_datetime_inexact": "Write the day as YYYY-MM-DD, without a time",
    "time_type": "Write the time as HH:MM",
    "time_parsing": "Write the time as HH:MM",
    "datetime_type": "Write the time as ISO 8601, such as 2025-06-23T09:00:00+08:00",
    "datetime_parsing": "Write the time as ISO 8601, such as 2025-06-23T09:00:00+08:00",
    "datetime_object_invalid": "Write the time as ISO 8601, such as 2025-06-23T09:00:00+08:00",
    "datetime_from_date_parsing": "Write the time as ISO 8601, such as 2025-06-23T09:00:00+08:00",
    "timezone_aware": "Name the zone of this time: +08:00, or Z for UTC",
    "union_tag_invalid": "Use one of {expected_tags}",
    "union_tag_not_found": "Name its {discriminator}",
}
"""By pydantic's type of error. Another one keeps pydantic's own words, in English."""


class Unfit(ValueError):
    """A body or a value of it that no caller may send. ``values``: what stands in the text."""

    def __init__(self, text: str, **values: Any) -> None:
        super().__init__(text.format(**values) if values else text)
        self.text, self.values = text, values


def known(word: OpenEnum) -> OpenEnum:
    """Readers of events let new words pass; the door refuses what it does not know. For ``AfterValidator``."""
    if word == "UNKNOWN":
        raise Unfit("Use one of {expected}", expected=", ".join(one for one in type(word) if one != "UNKNOWN"))
    return word


def field_text(error: Mapping[str, Any]) -> Said:
    """One of ``ValidationError.errors()`` as a sentence; never the value that was sent."""
    values = error.get("ctx", {})
    cause = values.get("error")
    if isinstance(cause, Unfit):
        return Said(cause.text, cause.values)
    text = str(cause) if error["type"] == "value_error" else FIELD_TEXTS.get(error["type"], error["msg"])
    return Said(text, values if error["type"] in FIELD_TEXTS and "{" in text else {})
