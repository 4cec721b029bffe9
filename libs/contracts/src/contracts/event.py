"""What every event is: a frozen fact with a wire name, found in its publisher's module."""

import re
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Event(BaseModel):
    """A past-tense fact. Its wire type is ``<module>.<kebab-name>.v<version>``, its topic ``<module>.events``.

    Dealer, visit, actor, times, sequence and trace are not fields: they travel in the envelope
    (``contracts.envelope``).
    Events only grow: a released schema is an immutable file under ``libs/contracts/schemas``.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    service: ClassVar[str]
    wire_type: ClassVar[str]

    def __init_subclass__(cls, *, version: int = 1, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.service = cls.__module__.rsplit(".", 1)[-1]
        fact = _WORD.sub("-", cls.__name__.removesuffix(f"V{version}") if version > 1 else cls.__name__).lower()
        cls.wire_type = f"{cls.service}.{fact}.v{version}"


def topic_of(service: str) -> str:
    """The one topic on which a service announces its facts."""
    return f"{service}.events"
