"""The questionnaire's versions, and answers that stay readable (R3)."""

from reception_door import WALK_IN, Door
from reception_requests import QUESTIONNAIRE


async def asked(door: Door, **more) -> str:
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    answers = QUESTIONNAIRE["answers"] | more.pop("answers", {})
    kept = await door.post(f"/visits/{visit}/questionnaire", QUESTIONNAIRE | {"answers": answers} | more)
    assert kept.status_code == 200, kept.text
    return visit


async def test_answers_to_an_older_version_stay_readable_beside_the_newer_one(door: Door) -> None:
    """R3: each by the questions it was asked with; the exact words are opened for the counter only."""
    before = await asked(door, version=1)
    after = await asked(door, version=2, answers={"warnings": ["ENGINE"]})
    old, new = [(await door.get(f"/visits/{visit}/questionnaire")).json() for visit in (before, after)]
    assert (old["version"], new["version"], old["current_version"]) == (1, 2, 2)
    assert [len(shown["answers"]) for shown in (old, new)] == [6, 7]
    assert new["answers"][-1] == {
        "question": "warnings",
        "en": "Which warning lights are on?",
        "zh": "哪些警告灯亮了?",
        "answer": ["ENGINE"],
    }
    assert old["own_words"] == QUESTIONNAIRE["own_words"]
    assert QUESTIONNAIRE["own_words"] not in str(door.others.store.documents["visits"])


async def test_a_client_that_names_no_version_is_not_asked_more_than_it_knows(door: Door) -> None:
    """R3: a new version breaks nobody who learned the first."""
    visit = await asked(door)
    assert (await door.get(f"/visits/{visit}/questionnaire")).json()["version"] == 1


async def test_every_version_can_be_read_and_the_newest_is_the_check_lists(door: Door) -> None:
    """R3."""
    first, second = [(await door.get(f"/questionnaires/{version}")).json() for version in (1, 2)]
    assert (first["current"], second["current"]) == (False, True)
    lists = (await door.get("/check-lists")).json()
    assert (lists["questionnaire_version"], lists["questions"]) == (2, second["questions"])
    assert (await door.get("/questionnaires/3")).status_code == 404


async def test_a_visit_that_was_not_questioned_has_no_answers(door: Door) -> None:
    """R3."""
    visit = (await door.post("/arrivals", WALK_IN)).json()["visit_id"]
    assert (await door.get(f"/visits/{visit}/questionnaire")).status_code == 404
