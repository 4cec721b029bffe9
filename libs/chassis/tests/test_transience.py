"""What passes by itself, and what does not."""

from typing import Any

import pytest
from chassis.sealing import KeyNotSeen, Sealer
from chassis.transience import is_transient
from pymongo import AsyncMongoClient
from pymongo.errors import ConfigurationError, EncryptionError, NotPrimaryError, OperationFailure


@pytest.mark.parametrize(
    "failed",
    [
        ConfigurationError("Sessions are not supported by this MongoDB deployment"),
        EncryptionError(ConfigurationError("Sessions are not supported by this MongoDB deployment")),
        NotPrimaryError("not primary"),
        OperationFailure("Read concern majority reads are currently not possible.", code=134),
        OperationFailure("No keys found for HMAC that is valid for time: …", code=211),
    ],
)
def test_a_server_between_two_states_passes_by_itself(failed: Exception) -> None:
    assert is_transient(failed)


class Behind:
    """What encrypts, before a store that knows no key yet."""

    made = 0

    async def encrypt(self, *_: Any, **__: Any) -> Any:
        raise EncryptionError(ValueError("not all keys requested were satisfied"))

    async def create_data_key(self, *_: Any, **__: Any) -> None:
        self.made += 1


async def test_a_key_that_was_just_made_and_is_not_seen_yet_passes_by_itself() -> None:
    """Found by a killed primary: it was answered 500."""
    client: AsyncMongoClient[Any] = AsyncMongoClient("mongodb://127.0.0.1:1", connect=False)
    sealer = Sealer(client, "keys", b"m" * 96, b"i" * 32)
    vars(sealer)["_encryption"] = behind = Behind()
    with pytest.raises(KeyNotSeen) as failed:
        await sealer.seal("person-1", "Li Wei")
    assert is_transient(failed.value) and behind.made == 1


def test_a_wrong_setting_does_not() -> None:
    assert not is_transient(ConfigurationError("unknown option"))
