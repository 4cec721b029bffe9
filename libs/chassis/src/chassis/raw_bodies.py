"""Routes that take a file as it is, not JSON: marked, bounded, and described as what they are.

@router.post("/photos", openapi_extra=described(IMAGES))
@takes_bytes(IMAGES)
async def keep(content: Content, ...)
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends
from starlette.requests import Request

_MARK = "takes_bytes"
Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


@dataclass(frozen=True)
class RawBody:
    """What a route takes: which media types, and how many bytes at most. What they really are, the route finds out."""

    media_types: tuple[str, ...]
    most_bytes: int

    def fits(self, media_type: bytes) -> bool:
        """Whether a Content-Type names one of these; its parameters say nothing about a file."""
        return media_type.partition(b";")[0].strip().lower().decode("latin-1") in self.media_types


def takes_bytes(body: RawBody) -> Callable[[Endpoint], Endpoint]:
    """Marks a route whose body is a file."""

    def marked(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, body)
        return endpoint

    return marked


def bytes_of(endpoint: Any) -> RawBody | None:
    """What the route takes instead of JSON; None: JSON."""
    return getattr(endpoint, _MARK, None)


def described(body: RawBody, example: str) -> dict[str, Any]:
    """For ``openapi_extra``. ``example``: where such a file comes from, as the document has no place for one."""
    meaning = f"The file as it is, at most {body.most_bytes:,} bytes. {example}"
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in body.media_types}
    return {"requestBody": {"required": True, "description": meaning, "content": content}}


async def _content(request: Request) -> bytes:
    return await request.body()


Content = Annotated[bytes, Depends(_content)]
"""The body as it came."""
