"""Values as JSON text: for parts of a document that are read often and looked at rarely."""

from typing import Generic, TypeVar

from pydantic import TypeAdapter

A = TypeVar("A")


class AsText(Generic[A]):
    """Values of one type, written and read."""

    def __init__(self, kind: type[A]) -> None:
        self._adapter: TypeAdapter[A] = TypeAdapter(kind)

    def write(self, value: A) -> str:
        return self._adapter.dump_json(value).decode()

    def read(self, text: str) -> A:
        """Raises ``ValueError`` for what was not written by this."""
        return self._adapter.validate_json(text)
