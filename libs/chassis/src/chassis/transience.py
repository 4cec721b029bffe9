"""Which failures pass by themselves: then everything is tried again as it is, and nothing is put aside."""

from aiokafka.errors import KafkaError
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    ConnectionFailure,
    EncryptionError,
    ExecutionTimeout,
    NetworkTimeout,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
)

from chassis.sealing import KeyNotSeen
from chassis.store import Overloaded, VersionConflict

_TRANSIENT = (
    AutoReconnect,
    ConnectionFailure,
    ExecutionTimeout,
    KafkaError,
    KeyNotSeen,
    NetworkTimeout,
    Overloaded,
    ServerSelectionTimeoutError,
    TimeoutError,
    VersionConflict,
    WaitQueueTimeoutError,
)
_LABELS = ("TransientTransactionError", "UnknownTransactionCommitResult", "RetryableWriteError")
_CODES = {6, 7, 43, 89, 91, 112, 134, 189, 211, 262, 9001, 10058, 10107, 11600, 11602, 13435, 13436}
"""Network, lost cursor, stepping down, shutting down, write conflict, time over; 134: a new primary does not know yet
what a majority has; and 211: members that all came back at once have no keys for a moment, by which they sign what time
it is."""


def is_transient(failed: BaseException) -> bool:
    """Store or broker away, an election, or somebody was faster."""
    if isinstance(failed, EncryptionError):
        return is_transient(failed.cause)
    if isinstance(failed, _TRANSIENT):
        return True
    if isinstance(failed, ConfigurationError):
        # So PyMongo says of a connection that was made while its server was neither primary nor secondary.
        return "Sessions are not supported" in str(failed)
    if isinstance(failed, PyMongoError):
        known = getattr(failed, "code", None) in _CODES or failed.timeout
        return known or any(failed.has_error_label(label) for label in _LABELS)
    return False
