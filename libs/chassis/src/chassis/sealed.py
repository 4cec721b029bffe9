"""What a unit of work asks of whoever seals personal values."""

from dataclasses import dataclass
from typing import Protocol

from contracts.values import Sealed


class Sealing(Protocol):
    """Personal values, encrypted with a key per person."""

    async def seal(self, person_id: str, text: str) -> Sealed: ...

    async def open(self, sealed: Sealed) -> str | None: ...

    async def seal_bytes(self, person_id: str, content: bytes) -> bytes: ...

    async def open_bytes(self, sealed: bytes) -> bytes | None: ...

    def person_id(self, dealer_id: str, phone: str) -> str: ...


@dataclass(frozen=True, slots=True)
class SealingNothing:
    """For what is never kept: opens what is sealed, and seals nothing itself, for that would make a person's key."""

    sealing: Sealing

    async def seal(self, person_id: str, text: str) -> Sealed:
        return Sealed(person_id=person_id, ciphertext="")

    async def open(self, sealed: Sealed) -> str | None:
        return await self.sealing.open(sealed)

    async def seal_bytes(self, person_id: str, content: bytes) -> bytes:
        return b""

    async def open_bytes(self, sealed: bytes) -> bytes | None:
        return await self.sealing.open_bytes(sealed)

    def person_id(self, dealer_id: str, phone: str) -> str:
        return self.sealing.person_id(dealer_id, phone)
