"""What people read, in their language: gettext catalogues beside the code that says it.

A sentence in the code is English and its own id: ``"Send {field} too."``. A code people choose from a list has its
words in the catalogues, with the list's name as context. A package's catalogues are
``locale/<language>/LC_MESSAGES/<package>.mo``, made from the ``.po`` beside them by ``tests/texts/catalogues.py``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from importlib.util import find_spec
from typing import Any, Literal

from starlette.requests import Request
from starlette.types import Scope

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = ("en", "zh")
LONGEST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with what stands in it, said later in somebody's language."""

    text: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """One language's texts. What is not in them is said in English."""

    language: Language
    _found: NullTranslations

    def say(self, text: str, /, **values: Any) -> str:
        """The sentence with its values; lists are enumerated."""
        said = _translated(self._found, text)
        return said.format(**{name: self._plain(value) for name, value in values.items()}) if values else said

    def name(self, of: str, code: str) -> str:
        """What a code of a list is called; the code itself where the list has no words."""
        return self._found.pgettext(of, code)

    def shown(self, value: Any) -> Any:
        """The same with each ``Said`` in it said."""
        if _is_said(value):
            return self.say(value.text, **value.values)
        if isinstance(value, Mapping):
            return {name: self.shown(one) for name, one in value.items()}
        return [self.shown(one) for one in value] if isinstance(value, list | tuple) else value

    def _plain(self, value: Any) -> Any:
        if isinstance(value, str | int | float):
            return value
        shown = self.shown(value)
        return (", ".join(str(one) for one in shown) or "–") if isinstance(shown, list) else shown


@lru_cache(maxsize=4096)
def _translated(found: NullTranslations, text: str) -> str:
    """An answer says the same few sentences dozens of times; a catalogue asks one fallback after the other."""
    return found.gettext(text)


def _is_said(value: Any) -> bool:
    return hasattr(value, "text") and hasattr(value, "values") and not isinstance(value, Mapping)


ENGLISH = Words("en", NullTranslations())
"""Sentences as they stand in the code."""


@lru_cache(maxsize=64)
def words_of(language: Language, package: str) -> Words:
    """The package's words in a language, with the chassis' own."""
    found = NullTranslations()
    for spoken in dict.fromkeys((language, "en")):
        for one in dict.fromkeys((package, "chassis")):
            if find_spec(one) is None:
                continue
            place = files(one) / "locale" / spoken / "LC_MESSAGES" / f"{one}.mo"
            if place.is_file():
                with place.open("rb") as file:
                    found.add_fallback(GNUTranslations(file))
    return Words(language, found)


def words_asked(scope: Scope, other: Language = "en") -> Words:
    """The words of the application that answers, in the language the caller reads best; else in the ``other`` one."""
    package = getattr(getattr(scope.get("app"), "state", None), "texts", None)
    if package is None:
        return ENGLISH
    header = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    return words_of(language_asked(header.decode("latin-1"), other), package)


async def words(request: Request) -> Words:
    """Dependency of routes that answer with texts."""
    return words_asked(request.scope)


@lru_cache(maxsize=512)
def language_asked(accept: str, other: Language = "en") -> Language:
    """The best of our languages by ``Accept-Language`` (RFC 9110); ``other`` where it names none of them."""
    wanted = sorted(_ranges(accept[:LONGEST_HEADER]), key=lambda one: -one[1])
    return next((language for tag, weight in wanted for language in LANGUAGES if weight and tag == language), other)


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    for part in accept.split(","):
        tag, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=")
        try:
            yield tag.strip().partition("-")[0].lower(), float(weight) if weight else 1.0
        except ValueError:
            continue
