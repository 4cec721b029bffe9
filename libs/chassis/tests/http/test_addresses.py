"""A request's address is found once, and as FastAPI's router would find it."""

from typing import Any

import pytest
from chassis.addresses import Addresses
from fastapi import APIRouter
from starlette.routing import Match

router = APIRouter()


async def nothing() -> None:
    """Answers nothing."""


for number, (method, path) in enumerate(
    [
        ("GET", "/things"),
        ("GET", "/things/first"),
        ("GET", "/things/{id}"),
        ("POST", "/things/{id}"),
        ("GET", "/things/{id}/parts/{part}.pdf"),
        ("GET", "/things/{id}/parts/{part}"),
        ("GET", "/letters/{id:path}"),
        ("POST", "/letters/{id:path}/replay"),
    ]
):
    router.add_api_route(path, lambda number=number: nothing(), methods=[method], name=f"route {number}")


def scope(method: str, path: str, **more: Any) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": [], **more}


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
@pytest.mark.parametrize(
    "path",
    [
        *("/", "", "/things", "/things/", "/things/first", "/things/7", "/things/7/", "/things//parts/a", "/thingsx"),
        *("/things/7/parts/a.pdf", "/things/7/parts/a", "/things/7/parts/", "/things/a\n", "/things/7/parts/a/b"),
        *("/letters/a", "/letters/", "/letters/a/b/c/d/e/f/g", "/letters/a/replay", "/letters/a/b/c/d/e/replay"),
    ],
)
def test_it_is_the_first_route_that_fits_with_the_values_of_its_path(method: str, path: str) -> None:
    asked = scope(method, path)
    fits = [(route, found) for route in router.routes if (found := route.matches(dict(asked)))[0] is Match.FULL]
    address = Addresses(router.routes).of(asked)
    if not fits:
        assert address is None
        return
    route, (_, told) = fits[0]
    assert address is not None
    assert address.route is route
    assert address.values == told["path_params"]


def test_it_is_looked_for_once_for_a_request() -> None:
    addresses, asked = Addresses(router.routes), scope("GET", "/things/7")
    assert addresses.of(asked) is addresses.of({**asked})


def test_what_stands_below_another_path_is_no_address_of_ours() -> None:
    assert Addresses(router.routes).of(scope("GET", "/things/7", root_path="/elsewhere")) is None


def test_the_template_is_told_also_when_another_method_was_asked_for() -> None:
    addresses = Addresses(router.routes)
    assert addresses.template(scope("GET", "/things/7")) == "/things/{id}"
    refused = scope("DELETE", "/things/7", endpoint=router.routes[2].endpoint)  # type: ignore[attr-defined]
    assert addresses.template(refused) == "/things/{id}"
    assert addresses.template(scope("GET", "/nowhere")) == ""
