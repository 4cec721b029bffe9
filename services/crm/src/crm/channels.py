"""The port to the outside: how messages leave the platform. No other code of the platform may send (C4)."""

from enum import StrEnum
from typing import Protocol

from crm.projections.messages import Message


class Delivery(StrEnum):
    """A channel's answer. ``UNKNOWN``: time-out or broken connection; the message may have left."""

    TAKEN = "TAKEN"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"


class Sender(Protocol):
    """Hands one message to a provider."""

    async def deliver(self, message: Message, key: str) -> Delivery:
        """Sends under the provider's own idempotency ``key``: the same key twice is one message to the customer.

        Never raises for a provider's failure; it answers ``UNKNOWN``, and the message comes again with the same key.
        """
        ...


class VisibleOutbox:
    """The default: messages stay here, to be read at ``/dealers/{dealer}/outbox``. Nothing leaves the platform."""

    async def deliver(self, message: Message, key: str) -> Delivery:
        return Delivery.TAKEN
