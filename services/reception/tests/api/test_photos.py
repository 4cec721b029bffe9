"""Photos of what was seen: images by their own bytes, never a page, and evidence once the customer signed (R5, R17)."""

import hashlib
import json
from typing import Any

import pytest
from contracts.reception import PhotoKept, PhotoRemoved, WalkAroundCompleted
from reception.settings import MOST_PHOTO_BYTES
from reception_door import ISSUER, WALK_IN, Door
from reception_requests import STATIONS

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"0" * 40
HTML = b"<html><script>alert(1)</script></html>"
FRONT = {"station": "FRONT"}
PADS = {"point": "BRAKE_PADS_FRONT"}


async def sent(door: Door, visit: str, content: bytes, key: str = "", **changed: Any) -> Any:
    """As a phone sends it. ``changed``: parameters, and ``kind`` and ``role``."""
    door.sent += 1
    kind, role = changed.pop("kind", "image/jpeg"), changed.pop("role", "advisor")
    headers = {**ISSUER.bearer(role), "Idempotency-Key": key or f"photo-{door.sent}", "Content-Type": kind}
    where = f"/dealers/{changed.pop('dealer', 'SH001')}/visits/{visit}/photos"
    return await door.client.post(where, content=content, params=changed or FRONT, headers=headers)


async def arrived(door: Door) -> str:
    return (await door.post("/arrivals", WALK_IN)).json()["visit_id"]


@pytest.mark.parametrize(("content", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
async def test_a_photo_is_what_its_first_bytes_say(door: Door, content: bytes, media_type: str) -> None:
    """R5: whatever its sender called it; and it comes back as an attachment that no browser takes for a page."""
    visit = await arrived(door)
    kept = await sent(door, visit, content, role="technician", station="FRONT", position="bumper left")
    assert (kept.status_code, kept.json()["media_type"]) == (201, media_type)
    (listed,) = (await door.get(f"/visits/{visit}/photos")).json()["items"]
    assert listed == kept.json() and listed["photo"] == f"photos/{listed['photo_id']}"
    assert (listed["station"], listed["position"], listed["size"]) == ("FRONT", "bumper left", len(content))
    file = await door.get(f"/visits/{visit}/{listed['photo']}")
    assert file.content == content and file.headers["content-type"] == media_type
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("content", "where", "code"),
    [
        (HTML, FRONT, "photo-unreadable"),
        (b"", FRONT, "photo-unreadable"),
        (b"GIF89a" + HTML, FRONT, "photo-unreadable"),
        (b"RIFF\x00\x00\x00\x00AVI " + HTML, FRONT, "photo-unreadable"),
        (PNG + b"0" * (4_000_001 - len(PNG)), FRONT, "photo-too-large"),
        (PNG, {"position": "nowhere"}, "photo-place-unclear"),
        (PNG, {**FRONT, **PADS}, "photo-place-unclear"),
        (PNG, {"point": "NO_SUCH_POINT"}, "photo-place-unclear"),
        (PNG, {"station": "ON_THE_ROOF"}, "validation-failed"),
    ],
)
async def test_what_is_no_image_of_a_photo_is_refused(
    door: Door, content: bytes, where: dict[str, str], code: str
) -> None:
    """R5: type by content, size by limit, and a place on the vehicle."""
    visit = await arrived(door)
    refused = await sent(door, visit, content, **where)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await door.get(f"/visits/{visit}/photos")).json()["items"] == []


@pytest.mark.parametrize("kind", ["application/json", "text/html", "image/svg+xml", "multipart/form-data; boundary=b"])
async def test_a_photo_is_sent_as_an_image_and_not_in_anything_else(door: Door, kind: str) -> None:
    """R5."""
    refused = await sent(door, await arrived(door), PNG, kind=kind)
    assert (refused.status_code, refused.json()["code"]) == (415, "media-type")


async def test_a_request_carries_eight_megabytes_at_most(door: Door) -> None:
    """R5."""
    refused = await sent(door, await arrived(door), PNG + b"0" * MOST_PHOTO_BYTES)
    assert (refused.status_code, refused.json()["code"]) == (413, "body-too-large")


async def test_a_photo_sent_twice_is_kept_once_and_its_hash_is_announced(door: Door) -> None:
    """R5: so the bytes can be proven later, from the facts alone."""
    visit = await arrived(door)
    answers = [await sent(door, visit, JPEG, key="the-same") for _ in range(2)]
    assert answers[0].json() == answers[1].json() and answers[1].headers["idempotency-replayed"] == "true"
    other = await sent(door, visit, PNG, key="the-same")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    (fact,) = door.others.announced(PhotoKept)
    assert (fact.sha256, fact.size, fact.station) == (hashlib.sha256(JPEG).hexdigest(), len(JPEG), "FRONT")
    file = await door.get(f"/visits/{visit}/{answers[0].json()['photo']}")
    assert hashlib.sha256(file.content).hexdigest() == fact.sha256


async def test_what_was_changed_in_the_store_is_not_shown_as_evidence(door: Door) -> None:
    """R5, R12."""
    visit = await arrived(door)
    kept = (await sent(door, visit, PNG, station="FRONT", personal="false")).json()
    (chunk,) = door.others.store.documents["photos.chunks"].values()
    chunk["data"] = chunk["data"][:-1] + b"1"
    broken = await door.get(f"/visits/{visit}/{kept['photo']}")
    assert (broken.status_code, broken.json()["code"]) == (409, "file-broken")


@pytest.mark.parametrize(
    ("limits", "left"),
    [({"PHOTO_BYTES": 10_000, "VISIT_PHOTO_BYTES": 30_000}, 0), ({"VISIT_PHOTOS": 3}, 80_000_000 - 30_000)],
)
async def test_photos_go_into_a_visit_up_to_its_limit(limits: dict[str, int], left: int) -> None:
    """R5: in bytes, or in number."""
    door = Door(**{f"SEVENSTEP_RECEPTION_{name}": most for name, most in limits.items()})
    await door.others.opens()
    visit = await arrived(door)
    answers = [await sent(door, visit, PNG + b"0" * (10_000 - len(PNG))) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    assert answers[-1].json()["code"] == "photos-too-many"
    assert (await door.get(f"/visits/{visit}/photos")).json()["bytes_left"] == left
    await door.client.aclose()


async def test_a_photo_belongs_to_its_visit_and_its_dealer(door: Door) -> None:
    """R5, X1."""
    visit, other = [await arrived(door) for _ in range(2)]
    photo = (await sent(door, visit, PNG)).json()["photo"]
    assert (await door.get(f"/visits/{other}/{photo}")).json()["code"] == "photo-unknown"
    foreign = ISSUER.bearer("advisor", dealers=("SH002",))
    for dealer in ("SH001", "SH002"):
        asked = await door.client.get(f"/dealers/{dealer}/visits/{visit}/{photo}", headers=foreign)
        assert (asked.status_code, asked.json()["code"]) == (404, "unknown")


async def test_a_photo_is_removed_until_the_customer_signed(door: Door) -> None:
    """R5: what spoke of it does so no more; that it was there, and why it went, stays in the facts."""
    visit = await arrived(door)
    first, second = [(await sent(door, visit, content)).json() for content in (PNG, JPEG)]
    for station, seen in STATIONS.items():
        shown = {"damages": [{"position": "bonnet", "photo": first["photo"]}]} if station == "FRONT" else {}
        await door.post(f"/visits/{visit}/walk-around/stations/{station}", {**seen, **shown})
    removed = await door.post(f"/visits/{visit}/{first['photo']}/removal", {"reason": "BLURRED"})
    assert (removed.status_code, removed.json()["photos"]) == (200, [second["photo"]])
    sights = (await door.get(f"/visits/{visit}")).json()["walk_around"]["sights"]
    assert [damage["photo"] for sight in sights for damage in sight["damages"]] == [None, "camera/1"]
    (gone,) = door.others.announced(PhotoRemoved)
    assert (gone.sha256, gone.reason) == (first["sha256"], "BLURRED")
    assert (await door.get(f"/visits/{visit}/{first['photo']}")).status_code == 404
    assert len(door.others.store.documents["photos.chunks"]) == 1

    await door.post(f"/visits/{visit}/walk-around/signature", {"signature": "signatures/1"})
    for late in (
        await door.post(f"/visits/{visit}/{second['photo']}/removal", {"reason": "TWICE"}),
        await sent(door, visit, WEBP),
    ):
        assert (late.status_code, late.json()["code"]) == (409, "walk-around-completed")
    (signed,) = door.others.announced(WalkAroundCompleted)
    assert signed.photos_sha256 == (second["sha256"],)


async def test_a_damage_speaks_only_of_photos_there_are(door: Door) -> None:
    """R5, R17."""
    visit = await arrived(door)
    body = {"damages": [{"position": "door", "photo": "photos/nobodys"}]}
    refused = await door.post(f"/visits/{visit}/walk-around/stations/LEFT_FRONT_DOOR", body)
    assert (refused.status_code, refused.json()["code"]) == (404, "photo-unknown")
    sheet = {"results": [{"code": "LIGHTS", "grade": "RED", "note": "broken", "photo": "photos/nobodys"}]}
    assert (await door.post(f"/visits/{visit}/inspection", sheet)).json()["code"] == "photo-unknown"


async def test_the_customer_sees_the_photos_of_his_inspection_and_what_he_saw_stays(door: Door) -> None:
    """R17: by his link, those of the inspection only."""
    visit = await arrived(door)
    pads, bumper = (await sent(door, visit, PNG, **PADS)).json(), (await sent(door, visit, JPEG)).json()
    result = {"code": "BRAKE_PADS_FRONT", "grade": "RED", "measured": 1.5, "note": "worn", "photo": pads["photo"]}
    assert (await door.post(f"/visits/{visit}/inspection", {"results": [result]})).status_code == 200
    link = (await door.get(f"/visits/{visit}/inspection")).json()["link"]
    assert (await door.client.get(f"{link}/{pads['photo']}")).content == PNG
    assert (await door.client.get(f"{link}/{bumper['photo']}")).json()["code"] == "photo-unknown"
    await door.client.post(link, json={})
    shown = await door.post(f"/visits/{visit}/{pads['photo']}/removal", {"reason": "PRIVATE"})
    assert (shown.status_code, shown.json()["code"]) == (409, "photo-shown")


async def test_a_photo_of_the_inspection_nobody_saw_is_removed_from_the_sheet_too(door: Door) -> None:
    """R17."""
    visit = await arrived(door)
    pads = (await sent(door, visit, PNG, **PADS)).json()
    result = {"code": "BRAKE_PADS_FRONT", "grade": "RED", "note": "worn", "photo": pads["photo"]}
    await door.post(f"/visits/{visit}/inspection", {"results": [result]})
    assert (await door.post(f"/visits/{visit}/{pads['photo']}/removal", {"reason": "TWICE"})).status_code == 200
    assert (await door.get(f"/visits/{visit}/inspection")).json()["results"][0]["photo"] is None


async def test_a_personal_photo_is_erased_with_its_person_and_its_hash_stays(door: Door) -> None:
    """R5, C15: what shows no person stays as evidence."""
    visit = await arrived(door)
    seat, bumper = (
        (await sent(door, visit, PNG)).json(),
        (await sent(door, visit, JPEG, **FRONT, personal=False)).json(),
    )
    person = (await door.get(f"/visits/{visit}")).json()["customer"]["person_id"]
    door.others.store.sealing.erased.add(person)
    erased = await door.get(f"/visits/{visit}/{seat['photo']}")
    assert (erased.status_code, erased.json()["code"]) == (404, "photo-erased")
    assert (await door.get(f"/visits/{visit}/{bumper['photo']}")).content == JPEG
    assert [one["sha256"] for one in (await door.get(f"/visits/{visit}/photos")).json()["items"]] == [
        hashlib.sha256(content).hexdigest() for content in (PNG, JPEG)
    ]


async def test_photos_are_exported_by_name_hash_and_size_with_their_address(door: Door) -> None:
    """R5, X3: their bytes are fetched by that address."""
    visit = await arrived(door)
    photo = (await sent(door, visit, PNG)).json()
    lines = [json.loads(line) for line in (await door.get("/export", role="manager")).text.splitlines()]
    (file,) = [line["state"] for line in lines if line["kind"] == "photos-file"]
    assert file["filename"] == f"/dealers/SH001/visits/{visit}/{photo['photo']}"
    assert (file["sha256"], file["size"]) == (photo["sha256"], len(PNG))
    assert not [line for line in lines if line["kind"] == "photos-chunk"]
    fetched = await door.client.get(file["filename"], headers=ISSUER.bearer("manager"))
    assert fetched.content == PNG


async def test_a_closed_order_takes_no_photos(door: Door) -> None:
    """R5, R16."""
    visit = await door.walk_in_with_estimate()
    no = [{"line_id": line, "reason": "TOO_EXPENSIVE"} for line in ("L1", "L2")]
    await door.post(f"/visits/{visit}/estimates/1/authorisation", {"decline": no, "signature": "signatures/2"})
    late = await sent(door, visit, PNG, **PADS)
    assert (late.status_code, late.json()["code"]) == (409, "repair-order-closed")
