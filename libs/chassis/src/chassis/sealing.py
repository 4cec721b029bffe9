"""Personal values sealed with a key per person: destroying the key erases the value everywhere at once (C15).

Explicit client-side field encryption; the key vault is a database of its own where services may read and add keys and
only one of them may delete.
"""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

import phonenumbers
import pymongo
from bson.binary import UUID_SUBTYPE, Binary
from bson.codec_options import CodecOptions
from contracts.values import Sealed
from pymongo import AsyncMongoClient
from pymongo.errors import EncryptionError, PyMongoError
from pymongo.read_concern import ReadConcern

if TYPE_CHECKING:
    from pymongo.asynchronous.encryption import AsyncClientEncryption

ERASURE_REACHES_CACHES_AFTER_MS = 10_000
_SUBTYPE_ENCRYPTED = 6
_NO_KEY = "not all keys requested were satisfied"
MOST_DESTROYED = 10_000
LINEARIZABLE_S = 2.0
_ALGORITHM = "AEAD_AES_256_CBC_HMAC_SHA_512-Random"


def normal_phone(phone: str) -> str:
    """One spelling for one number: E.164 where it can be told, else the digits as they are."""
    for region in (None, "CN", "DE"):
        try:
            number = phonenumbers.parse(phone, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return "".join(character for character in phone if character.isdigit() or character == "+")


def person_pseudonym(index_key: bytes, dealer_id: str, phone: str) -> str:
    """A keyed pseudonym of whoever has this phone at this dealer: 32 hexadecimal digits, useless without the key."""
    said = f"{dealer_id}\x1f{normal_phone(phone)}".encode()
    return hmac.new(index_key, said, hashlib.sha256).hexdigest()[:32]


class KeyNotSeen(Exception):
    """The person's key was made, and the store does not show it yet: a new primary may be behind for a moment."""


@contextmanager
def _the_stores_own() -> Iterator[None]:
    """A failure of the store is told as the store told it; what is left says that there is no such key."""
    try:
        yield
    except EncryptionError as failed:
        if isinstance(failed.cause, PyMongoError):
            raise failed.cause from failed
        raise


class Sealer:
    """Seals and opens personal values."""

    def __init__(self, client: AsyncMongoClient[Any], database: str, master: bytes, index_key: bytes) -> None:
        self._index_key = index_key
        self._vault = client[database]["vault"]
        self._client, self._master = client, master
        self._destroyed: dict[Binary, None] = {}
        """Keys that are gone: what is destroyed never comes back."""

    @cached_property
    def _encryption(self) -> "AsyncClientEncryption[Any]":
        # Loading it reads a C header, a twentieth of a service's start.
        from pymongo.asynchronous.encryption import AsyncClientEncryption

        return AsyncClientEncryption(
            {"local": {"key": self._master}},
            self._vault.full_name,
            self._client,
            CodecOptions(),
            key_expiration_ms=ERASURE_REACHES_CACHES_AFTER_MS,
        )

    async def prepare(self) -> None:
        """One key per person, kept by the store itself: with two, nothing of that person could be sealed any more.

        What encrypts is loaded beside the waiting for the store; otherwise the first caller would wait for it.
        """
        only_named = {"keyAltNames": {"$exists": True}}
        await asyncio.gather(
            asyncio.to_thread(import_module, "pymongo.asynchronous.encryption"),
            self._vault.create_index("keyAltNames", unique=True, partialFilterExpression=only_named),
        )

    async def seal(self, person_id: str, text: str) -> Sealed:
        """Encrypts with the person's key; the first value of a person makes the key."""
        ciphertext = await self._sealed(person_id, text)
        return Sealed(person_id=person_id, ciphertext=base64.b64encode(ciphertext).decode())

    async def open(self, sealed: Sealed) -> str | None:
        """The text; None when the person's key was destroyed."""
        return await self._opened(base64.b64decode(sealed.ciphertext))

    async def seal_bytes(self, person_id: str, content: bytes) -> bytes:
        """As ``seal``, for a file. The ciphertext names its key itself."""
        return bytes(await self._sealed(person_id, Binary(content)))

    async def open_bytes(self, sealed: bytes) -> bytes | None:
        """The file's content; None when the person's key was destroyed."""
        return await self._opened(sealed)

    def person_id(self, dealer_id: str, phone: str) -> str:
        return person_pseudonym(self._index_key, dealer_id, phone)

    async def close(self) -> None:
        if "_encryption" in vars(self):
            await self._encryption.close()

    async def _sealed(self, person_id: str, value: str | Binary) -> Binary:
        try:
            return await self._encrypt(person_id, value)
        except EncryptionError:
            await self._make_key(person_id)
        try:
            return await self._encrypt(person_id, value)
        except EncryptionError as failed:
            raise KeyNotSeen from failed

    async def _opened(self, ciphertext: bytes) -> Any:
        key_id = Binary(ciphertext[1:17], UUID_SUBTYPE)
        if key_id in self._destroyed:
            return None
        try:
            with _the_stores_own():
                return await self._encryption.decrypt(Binary(ciphertext, _SUBTYPE_ENCRYPTED))
        except EncryptionError as failed:
            if _NO_KEY not in str(failed):
                return None
            if await self._is_kept(key_id):
                raise KeyNotSeen from failed
        self._destroyed[key_id] = None
        if len(self._destroyed) > MOST_DESTROYED:
            del self._destroyed[next(iter(self._destroyed))]
        return None

    async def _is_kept(self, key_id: Binary) -> bool:
        """Whether there is such a key, as a majority has it now: a new primary shows a key late, an old one for ever
        not, and what is told as erased is given up for good."""
        now = self._vault.with_options(read_concern=ReadConcern("linearizable"))
        with pymongo.timeout(LINEARIZABLE_S):
            return await now.find_one({"_id": key_id}, {"_id": 1}) is not None

    async def _encrypt(self, person_id: str, value: str | Binary) -> Binary:
        with _the_stores_own():
            return await self._encryption.encrypt(value, _ALGORITHM, key_alt_name=person_id)

    async def _make_key(self, person_id: str) -> None:
        try:
            await self._encryption.create_data_key("local", key_alt_names=[person_id])
        except EncryptionError as failed:
            # Another process made it at the same moment: the unique index on the names let only one through.
            if getattr(failed.cause, "code", None) != 11000:
                raise
