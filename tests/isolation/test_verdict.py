"""What the isolation test calls wrong: each kind of leak, planted."""

import httpx2
import pytest
from recipe import Ask
from verdict import REFUSED_TOKEN, UNKNOWN, WRONG_ROLE, Expected, judged, succeeds

VALUES = {"Customer main of IA-1", "visit-1"}


def answer(status: int, text: str = "{}", **headers: str) -> httpx2.Response:
    return httpx2.Response(status, text=text, headers=headers)


REFUSAL = '{"code": "unknown", "detail": "There is nothing under this address."}'


@pytest.mark.parametrize("expected", [UNKNOWN, REFUSED_TOKEN, WRONG_ROLE])
def test_a_foreign_caller_who_is_served_is_wrong(expected: Expected) -> None:
    """X1."""
    assert "expected" in judged(answer(200), expected, VALUES, "")


def test_a_foreign_object_answers_exactly_like_an_unknown_one() -> None:
    """X1: a code of its own would tell that the object exists."""
    assert judged(answer(404, REFUSAL), UNKNOWN, VALUES, "") == ""
    assert "expected code unknown" in judged(answer(404, '{"code": "not-yours"}'), UNKNOWN, VALUES, "")


@pytest.mark.parametrize("leak", ["Customer main of IA-1", "visit-1"])
def test_a_refusal_that_tells_a_value_is_wrong(leak: str) -> None:
    """X1: in the body or in a header; what the caller sent himself is nothing new to him."""
    told = answer(403, f'{{"detail": "{leak} is not yours"}}')
    assert leak in judged(told, WRONG_ROLE, VALUES, "")
    assert leak in judged(answer(403, **{"X-About": leak}), WRONG_ROLE, VALUES, "")
    assert judged(told, WRONG_ROLE, VALUES, f"asked for {leak}") == ""


def test_a_refusal_that_tells_a_version_is_wrong() -> None:
    """X1: it would tell that the object exists and changes."""
    assert "version" in judged(answer(404, REFUSAL, ETag='"3"'), UNKNOWN, VALUES, "")


def test_a_list_that_shows_another_dealers_value_is_wrong() -> None:
    """X1."""
    assert judged(answer(200, '["visit-2"]'), succeeds(VALUES), VALUES, "") == ""
    assert "visit-1" in judged(answer(200, '["visit-1", "visit-2"]'), succeeds(VALUES), VALUES, "")


def test_an_empty_list_does_not_prove_that_the_rest_was_hidden() -> None:
    """X1: each caller must see his own."""
    assert "does not show" in judged(answer(200, "[]"), succeeds(VALUES, "IB-1"), VALUES, "")


def test_a_made_up_id_has_the_form_of_the_real_one() -> None:
    """The unknown twin of a request passes the same validation."""
    asked = Ask({"visit_id": "0197a1c2-5b7e-7c43"}, {"merged": "0197a1c2-5b7e-7c43"}, {"limit": 5})
    twin = asked.made_up(["0197a1c2-5b7e-7c43"])
    assert twin.path["visit_id"] == (twin.body or {})["merged"] != "0197a1c2-5b7e-7c43"
    assert len(twin.path["visit_id"]) == 18
    assert twin.query == {"limit": 5}
    assert asked.made_up(["another"]) == asked
