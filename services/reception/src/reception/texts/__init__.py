"""Texts of printed documents by id, one catalogue for each language."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from reception.domain.dealer import Language


@cache
def catalogue(language: Language) -> Mapping[str, str]:
    """Id -> text. An id without a text is an error, never shown as it is."""
    return json.loads((files(__name__) / f"{language}.json").read_text(encoding="utf-8"))
