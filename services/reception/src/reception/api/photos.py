"""…/visits/{visit_id}/photos and /inspections/{token}/photos: what was seen, as images and nothing else (R5, R17)."""

import base64
from datetime import datetime
from typing import Annotated, Any, Literal, Self, get_args

from chassis.access import Look, reader
from chassis.links_door import LinkCall, link_call
from chassis.raw_bodies import Content, RawBody, described, takes_bytes
from chassis.unit import Unit
from fastapi import APIRouter, Depends, Path, Query
from pydantic import BaseModel, Field, StringConstraints
from starlette.responses import Response

from reception.api.bodies import Body, Code
from reception.api.diagnoses import Finder
from reception.api.door import Dealer, Network, Visit
from reception.domain.errors_photo import PhotoErased, PhotoUnknown
from reception.domain.photo import MEDIA_TYPES, Photo, Place
from reception.domain.visit import Visit as VisitState
from reception.domain.walk_around import Station
from reception.settings import MOST_PHOTO_BYTES
from reception.storage.collections import PHOTO_FILES, VISITS
from reception.usecases.inspect_vehicle import PURPOSE
from reception.usecases.photos import KeepPhoto, RemovePhoto
from reception.usecases.photos import keep_photo as keep
from reception.usecases.photos import remove_photo as remove

router = APIRouter(tags=["photos"])

PHOTOS = "/dealers/{dealer_id}/visits/{visit_id}/photos"
IMAGES = RawBody(MEDIA_TYPES, MOST_PHOTO_BYTES)
Onlooker = Annotated[Look, Depends(reader("advisor", "technician", "agent", "cashier", "manager"))]
PhotoId = Annotated[str, Path(max_length=64)]
Link = Annotated[LinkCall, Depends(link_call(PURPOSE))]
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES}}
}
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
    "Cache-Control": "private, no-store",
}
"""An image is shown as the image it is, or not at all: no browser takes it for a page, and none keeps it."""


class PhotoAnswer(BaseModel):
    """`photo`: the reference to put into a damage or a result. `sha256`: of the bytes, as the fact announced it."""

    photo_id: str
    photo: str
    media_type: str
    size: int
    sha256: str
    station: str | None
    position: str
    point: str | None
    personal: bool
    taken_at: datetime
    taken_by: str

    @classmethod
    def of(cls, photo: Photo) -> Self:
        return cls(
            photo_id=photo.photo_id,
            photo=photo.reference,
            media_type=photo.media_type,
            size=photo.size,
            sha256=photo.sha256,
            station=photo.place.station,
            position=photo.place.position,
            point=photo.place.point,
            personal=photo.personal,
            taken_at=photo.taken_at,
            taken_by=photo.taken_by,
        )


@router.post(
    PHOTOS,
    status_code=201,
    response_model=PhotoAnswer,
    summary="Keep a photo (R5, R17)",
    openapi_extra=described(IMAGES, "For example: curl --data-binary @scratch.jpg -H 'Content-Type: image/jpeg'."),
)
@takes_bytes(IMAGES)
async def keep_photo(
    dealer_id: Dealer,
    visit_id: Visit,
    content: Content,
    call: Finder,
    policy: Network,
    station: Annotated[Station | None, Query(description="Of the walk-around", examples=["FRONT"])] = None,
    position: Annotated[
        str, StringConstraints(max_length=120), Query(description="Of the damage, as its station names it")
    ] = "",
    point: Annotated[Code | None, Query(description="Of the inspection", examples=["BRAKE_PADS_FRONT"])] = None,
    personal: Annotated[
        bool, Query(description="It shows the customer, his things or his plate: then it is erased with him")
    ] = True,
) -> Response:
    """The image as it is; its type is found in its own first bytes. Kept with its SHA-256, never changed.

    409 `walk-around-completed` · `photos-too-many` · `repair-order-closed`.
    422 `photo-unreadable` · `photo-too-large` · `photo-place-unclear`.
    """
    wanted = KeepPhoto(visit_id, call.derived_id(), content, Place(station, position.strip(), point), personal)
    return await call.perform(
        VISITS,
        visit_id,
        lambda unit: keep(unit, wanted, policy),
        lambda visit: PhotoAnswer.of(visit.photo(wanted.photo_id)),
        queue=f"photos/{visit_id}",
    )


class PhotosOut(BaseModel):
    """Oldest first, without their content; `bytes_left`: how much more this visit takes."""

    items: list[PhotoAnswer]
    bytes_left: int


@router.get(PHOTOS, response_model=PhotosOut, summary="The photos of a visit (R5, R17)")
async def list_photos(dealer_id: Dealer, visit_id: Visit, look: Onlooker, policy: Network) -> PhotosOut:
    """Each by its reference, with hash and size."""
    photos = (await look.unit.get(VISITS, visit_id)).photos
    left = policy.visit_photo_bytes - sum(photo.size for photo in photos)
    return PhotosOut(items=[PhotoAnswer.of(photo) for photo in photos], bytes_left=left)


@router.get(f"{PHOTOS}/{{photo_id}}", response_class=Response, responses=FILE, summary="One photo, as a file (R5, R17)")
async def read_photo(dealer_id: Dealer, visit_id: Visit, photo_id: PhotoId, look: Onlooker) -> Response:
    """With the type found in its content, as an attachment that no browser takes for a page; `Content-Digest` is held
    against what was kept. 404 `photo-unknown` · `photo-erased` · 409 `file-broken`."""
    visit = await look.unit.get(VISITS, visit_id)
    return await _file(look.unit, visit.photo(photo_id))


@router.get(
    "/inspections/{token}/photos/{photo_id}",
    response_class=Response,
    responses=FILE,
    summary="A photo of the customer's sheet (R17)",
)
async def read_photo_by_link(token: str, photo_id: PhotoId, link: Link) -> Response:
    """Those of the inspection's points. 404 `link-invalid` · `photo-unknown`, 410 `link-expired`."""
    photo = (await link.unit.get(VISITS, link.claims.subject)).photo(photo_id)
    if photo.place.point is None:
        raise PhotoUnknown(photo.reference)
    return await _file(link.unit, photo)


Removal = Literal["BLURRED", "WRONG_VEHICLE", "WRONG_PLACE", "TWICE", "PRIVATE"]
REMOVALS: tuple[str, ...] = get_args(Removal)


class RemovalBody(Body):
    """Why it is no evidence."""

    reason: Removal = Field(examples=["BLURRED"])


class RemovalAnswer(BaseModel):
    """What is left."""

    visit_id: str
    photos: list[str]

    @classmethod
    def of(cls, visit: VisitState) -> Self:
        return cls(visit_id=visit.visit_id, photos=[photo.reference for photo in visit.photos])


@router.post(f"{PHOTOS}/{{photo_id}}/removal", response_model=RemovalAnswer, summary="Remove a photo (R5, R17)")
async def remove_photo(
    dealer_id: Dealer, visit_id: Visit, photo_id: PhotoId, body: RemovalBody, call: Finder
) -> Response:
    """Of the walk-around until it is signed, of the inspection until the customer looked at it. Whatever spoke of the
    photo does so no more; that it was there, its hash and why it went stay in the facts.

    404 `photo-unknown`. 409 `walk-around-completed` · `photo-shown` · `repair-order-closed`.
    """
    wanted = RemovePhoto(visit_id, photo_id, body.reason)
    return await call.perform(VISITS, visit_id, lambda unit: remove(unit, wanted), RemovalAnswer.of)


async def _file(unit: Unit, photo: Photo) -> Response:
    content = await PHOTO_FILES.content(unit, photo.photo_id)
    if content is None:
        raise PhotoErased
    name = f"{photo.photo_id}.{photo.media_type.partition('/')[2]}"
    digest = base64.b64encode(bytes.fromhex(photo.sha256)).decode()
    told = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Digest": f"sha-256=:{digest}:"}
    return Response(content, media_type=photo.media_type, headers={**SAFE, **told})
