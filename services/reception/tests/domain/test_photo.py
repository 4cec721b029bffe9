"""Photos as evidence (R5, R17)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reception.domain import errors
from reception.domain.errors_photo import PhotoPlaceUnclear, PhotosTooMany, PhotoUnknown, PhotoUnreadable
from reception.domain.photo import Photo, Place, check_references, check_room, media_type_of
from reception.domain.walk_around import Station
from reception_builders import NINE, POLICY, a_visit

FRONT = Place(Station.FRONT)


def a_photo(id: str = "p1", place: Place = FRONT, size: int = 100) -> Photo:
    return Photo(id, place, "image/jpeg", size, f"hash of {id}", True, NINE, "advisor:anna")


@pytest.mark.parametrize(
    "place", [Place(), Place(Station.FRONT, point="LIGHTS"), Place(point="ROOF"), Place(position="x", point="LIGHTS")]
)
def test_a_photo_is_of_one_place_that_there_is(place: Place) -> None:
    """R5, R17: a station of the walk-around, or a point of the inspection."""
    with pytest.raises(PhotoPlaceUnclear):
        a_visit().keep_photo(a_photo(place=place), POLICY)


@given(st.binary(max_size=40))
def test_no_content_is_taken_for_an_image_that_does_not_begin_like_one(content: bytes) -> None:
    """R5, property: whatever is accepted begins with the sign of its type."""
    try:
        kind = media_type_of(content, POLICY)
    except PhotoUnreadable:
        return
    sign = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG", "image/webp": b"RIFF"}[kind]
    assert content.startswith(sign)


@given(sizes=st.lists(st.integers(1, 50), max_size=12), size=st.integers(1, 50))
def test_a_visits_photos_never_go_beyond_its_limits(sizes: list[int], size: int) -> None:
    """R5, property: neither in number nor in bytes, and what fits is not refused."""
    policy = replace(POLICY, visit_photos=6, visit_photo_bytes=120)
    photos = [a_photo(str(n), size=one) for n, one in enumerate(sizes)]
    fits = len(sizes) < 6 and sum(sizes) + size <= 120
    try:
        check_room(photos, size, policy)
    except PhotosTooMany:
        assert not fits
    else:
        assert fits


def test_what_the_customer_signed_gets_no_photo_and_loses_none() -> None:
    """R5: those of the inspection go on (R17), and the fact of the signature names those he signed under."""
    visit = a_visit()
    visit.keep_photo(kept := a_photo(), POLICY)
    visit.walk_around.signed_at = NINE
    for change in (lambda: visit.keep_photo(a_photo("p2"), POLICY), lambda: visit.remove_photo(kept, "TWICE")):
        with pytest.raises(errors.WalkAroundCompleted):
            change()
    visit.keep_photo(lights := a_photo("p3", Place(point="LIGHTS")), POLICY)
    (gone,) = visit.remove_photo(lights, "BLURRED")
    assert (gone.sha256, visit.photos) == (lights.sha256, [kept])


def test_only_photos_of_ours_are_looked_for() -> None:
    """R5: a dealer may keep others elsewhere."""
    check_references(["photos/p1", "camera/9", None], [a_photo()])
    with pytest.raises(PhotoUnknown):
        check_references(["photos/p2"], [a_photo()])
