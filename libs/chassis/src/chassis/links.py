"""Personal links: signed, for one purpose, expiring by business time. Whether one was used, the domain knows."""

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime


class LinkInvalid(Exception):
    """The link is not one of ours, or was changed."""

    code = "link-invalid"
    kind = "not-found"
    text = "This link is not valid: open it again from the message, unchanged."

    def __init__(self) -> None:
        super().__init__(self.text)


class LinkExpired(Exception):
    """The link was right and its time is over."""

    code = "link-expired"
    kind = "gone"
    text = "This link expired at {at}: ask the dealer for a new one."

    def __init__(self, at: datetime) -> None:
        super().__init__(self.text.format(at=at.isoformat()))
        self.details = {"at": at.isoformat()}


@dataclass(frozen=True, slots=True)
class LinkClaims:
    """What a link allows: one purpose on one subject of one dealer."""

    purpose: str
    dealer_id: str
    subject: str
    expires_at: datetime
    extra: dict[str, str] = field(default_factory=dict)


class Links:
    """Signs and verifies links with one secret."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def sign(self, purpose: str, dealer_id: str, subject: str, expires_at: datetime, **extra: str) -> str:
        """The token that goes into the address."""
        claims = [purpose, dealer_id, subject, int(expires_at.timestamp()), extra]
        body = _encode(json.dumps(claims, separators=(",", ":"), sort_keys=True).encode())
        return f"{body}.{self._signature(body)}"

    def verify(self, token: str, purpose: str, now: datetime) -> LinkClaims:
        """The claims of a link for this purpose. Raises ``LinkInvalid`` and ``LinkExpired``."""
        body, _, signature = token.partition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(body).encode()):
            raise LinkInvalid()
        try:
            claimed, dealer_id, subject, expires, extra = json.loads(_decode(body))
        except (ValueError, binascii.Error) as wrong:
            raise LinkInvalid() from wrong
        if claimed != purpose:
            raise LinkInvalid()
        expires_at = datetime.fromtimestamp(expires, UTC)
        if now >= expires_at:
            raise LinkExpired(expires_at)
        return LinkClaims(claimed, dealer_id, subject, expires_at, extra)

    def _signature(self, body: str) -> str:
        return _encode(hmac.new(self._secret, body.encode(), hashlib.sha256).digest())


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
