"""Photos of what was seen: images by their own bytes, and never a page (R5)."""

import base64
from collections.abc import AsyncIterator

import pytest
from reception_door import WALK_IN, Door

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"0" * 40
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"0" * 40
HTML = b"<html><script>alert(1)</script></html>"


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    door = Door()
    await door.others.opens()
    yield door
    await door.client.aclose()


def body(content: bytes) -> dict[str, str]:
    return {"content": base64.b64encode(content).decode()}


@pytest.mark.parametrize(("content", "media_type"), [(PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")])
async def test_a_photo_is_what_its_first_bytes_say(door: Door, content: bytes, media_type: str) -> None:
    """R5: and comes back as an attachment that no browser takes for a page."""
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    kept = await door.post(f"/visits/{visit}/photos", body(content), role="technician")
    assert (kept.status_code, kept.json()["media_type"]) == (201, media_type)
    (listed,) = (await door.get(f"/visits/{visit}/photos")).json()["items"]
    assert listed["photo"] == f"photos/{listed['photo_id']}"
    file = await door.get(f"/visits/{visit}/{listed['photo']}")
    assert file.content == content and file.headers["content-type"] == media_type
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (body(HTML), "photo-unreadable"),
        (body(b"GIF89a" + HTML), "photo-unreadable"),
        (body(b"RIFF\x00\x00\x00\x00AVI " + HTML), "photo-unreadable"),
        ({"content": "this is no base64 at all"}, "photo-unreadable"),
        (body(PNG + b"0" * (180_001 - len(PNG))), "photo-too-large"),
    ],
)
async def test_what_is_no_image_of_a_photo_is_refused(door: Door, content: dict[str, str], code: str) -> None:
    """R5: type by content, size by limit."""
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    refused = await door.post(f"/visits/{visit}/photos", content)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert (await door.get(f"/visits/{visit}/photos")).json()["items"] == []


async def test_a_photo_of_the_largest_size_is_kept_and_belongs_to_its_visit(door: Door) -> None:
    """R5, X1."""
    visit, other = [(await door.post("/arrivals", WALK_IN)).json()["visit_id"] for _ in range(2)]
    kept = await door.post(f"/visits/{visit}/photos", body(PNG + b"0" * (180_000 - len(PNG))))
    assert kept.status_code == 201
    assert (await door.get(f"/visits/{other}/{kept.json()['photo']}")).status_code == 404
