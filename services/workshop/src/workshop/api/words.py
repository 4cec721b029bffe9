"""What all bodies share: bounded words, hours as the trade writes them, who may do what."""

from typing import Annotated, Any, Literal

from contracts.values import WorkClass
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^\S+$")]
"""A person or a place by the code the dealer uses."""

Reason = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Hours = Annotated[
    float, Field(ge=0, le=999, description="Technician hours as the trade writes them: 1.5", examples=[1.5])
]
Round = Annotated[int, Field(ge=1, le=12, description="Dispatch round of the day, from 1")]
KnownClass = Literal[WorkClass.PM, WorkClass.GR, WorkClass.QUICK_SERVICE]

EVERYBODY = ("dispatcher", "technician", "inspector", "advisor", "parts_clerk", "manager")
"""Who sees the board: everybody at the dealer who has to do with the work."""
FOREMEN = ("dispatcher", "manager", "app")
AT_THE_CAR = ("technician", "dispatcher", "app")
INSPECTORS = ("inspector", "app")


class Body(BaseModel):
    """A request body: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


def example(*values: dict[str, Any]) -> ConfigDict:
    """A body's configuration with examples for OpenAPI."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": list(values)})


def shown(*values: dict[str, Any]) -> ConfigDict:
    """An answer's configuration with examples for OpenAPI."""
    return ConfigDict(json_schema_extra={"examples": list(values)})
