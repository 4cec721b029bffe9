"""What passes by itself, and what does not."""

import pytest
from chassis.transience import is_transient
from pymongo.errors import ConfigurationError, EncryptionError, NotPrimaryError, OperationFailure


@pytest.mark.parametrize(
    "failed",
    [
        ConfigurationError("Sessions are not supported by this MongoDB deployment"),
        EncryptionError(ConfigurationError("Sessions are not supported by this MongoDB deployment")),
        NotPrimaryError("not primary"),
        OperationFailure("No keys found for HMAC that is valid for time: …", code=211),
    ],
)
def test_a_server_between_two_states_passes_by_itself(failed: Exception) -> None:
    assert is_transient(failed)


def test_a_wrong_setting_does_not() -> None:
    assert not is_transient(ConfigurationError("unknown option"))
