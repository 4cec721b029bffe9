"""/dealers/{dealer_id}/visits/{visit_id}/photos: what was seen, as images and nothing else (R5)."""

import base64
from datetime import datetime
from typing import Annotated, Self

from chassis.unit import Unknown
from fastapi import APIRouter, Path
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import Response

from reception.api.bodies import Body
from reception.api.diagnoses import Finder
from reception.api.door import Dealer, Network, Reader, Visit
from reception.domain.photo import Photo
from reception.storage.collections import PHOTOS, VISITS
from reception.usecases.keep_photo import KeepPhoto
from reception.usecases.keep_photo import keep_photo as keep

router = APIRouter(prefix="/dealers/{dealer_id}/visits/{visit_id}/photos", tags=["photos"])

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "private, max-age=3600, immutable",
}
"""An image is shown as the image it is, or not at all: no browser takes it for a page."""


class PhotoBody(Body):
    """JPEG, PNG or WebP as base64; its type is found in its own first bytes."""

    content: Annotated[str, StringConstraints(min_length=16, max_length=245_000)] = Field(
        description="Base64, at most 180,000 bytes of image", examples=["iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"]
    )


class PhotoAnswer(BaseModel):
    """`photo`: the reference to put into a damage or a result."""

    photo_id: str
    photo: str
    media_type: str
    sha256: str
    taken_at: datetime

    @classmethod
    def of(cls, photo: Photo) -> Self:
        return cls(
            photo_id=photo.photo_id,
            photo=f"photos/{photo.photo_id}",
            media_type=photo.media_type,
            sha256=photo.sha256,
            taken_at=photo.taken_at,
        )


@router.post("", status_code=201, response_model=PhotoAnswer, summary="Keep a photo (R5)")
async def keep_photo(dealer_id: Dealer, visit_id: Visit, body: PhotoBody, call: Finder, policy: Network) -> Response:
    """Never changed afterwards. 422 `photo-unreadable` · `photo-too-large`."""
    wanted = KeepPhoto(visit_id, call.derived_id(), body.content)
    return await call.perform(PHOTOS, wanted.photo_id, lambda unit: keep(unit, wanted, policy), PhotoAnswer.of)


class PhotosOut(BaseModel):
    """Oldest first, without their content."""

    items: list[PhotoAnswer]


@router.get("", response_model=PhotosOut, summary="The photos of a visit (R5)")
async def list_photos(dealer_id: Dealer, visit_id: Visit, look: Reader) -> PhotosOut:
    """At most 200."""
    await look.unit.get(VISITS, visit_id)
    photos = await look.unit.query(PHOTOS, {"visit_id": visit_id}, sort=[("taken_at", 1)], limit=200)
    return PhotosOut(items=[PhotoAnswer.of(photo) for photo in photos])


@router.get("/{photo_id}", response_class=Response, summary="One photo, as a file (R5)")
async def read_photo(
    dealer_id: Dealer, visit_id: Visit, photo_id: Annotated[str, Path(max_length=64)], look: Reader
) -> Response:
    """With the type found in its content, as an attachment that no browser takes for a page."""
    photo = await look.unit.get(PHOTOS, photo_id)
    if photo.visit_id != visit_id:
        raise Unknown(f"there is no photo {photo_id} in this visit: list them first")
    ending = photo.media_type.partition("/")[2]
    headers = {**SAFE, "Content-Disposition": f'attachment; filename="{photo.photo_id}.{ending}"'}
    return Response(base64.b64decode(photo.content), media_type=photo.media_type, headers=headers)
