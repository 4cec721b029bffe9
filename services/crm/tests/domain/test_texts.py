"""Texts for customers, in both languages (X4)."""

from string import Formatter

import pytest
from contracts.crm import Purpose, Topic
from crm.domain.texts import TEXTS, TOPICS, render
from crm_builders import SHANGHAI


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_purpose_has_a_text_in_each_language(language: str) -> None:
    """X4."""
    assert set(TEXTS[language]) == set(Purpose) - {Purpose.UNKNOWN}


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - {Purpose.UNKNOWN}))
def test_both_languages_say_the_same_words(purpose: Purpose) -> None:
    """X4: a placeholder that one language forgets is a fact its customers never read."""

    def words(language: str) -> set[str]:
        return {field for _, field, _, _ in Formatter().parse(TEXTS[language][purpose]) if field}

    assert words("en") == words("zh")
    assert set(TOPICS["en"]) == set(TOPICS["zh"])


def test_instants_are_shown_in_the_dealers_time() -> None:
    """X4, B19."""
    text = render(
        Purpose.REMINDER,
        "zh",
        [],
        zone=SHANGHAI,
        about={"arrival": "2025-06-23T00:15:00+00:00", "vehicle": "Corolla (沪A12345)"},
        name="张伟",
        dealer="浦东汽车",
    )
    assert text == "张伟您好，浦东汽车提醒您：您的Corolla (沪A12345)已预约于2025-06-23 08:15到店。"


def test_what_was_erased_or_not_told_leaves_a_gap_not_an_error() -> None:
    """C15."""
    text = render(Purpose.SURVEY, "en", [], zone=SHANGHAI, about={}, name=None, dealer="Pudong Motors")
    assert text == "Dear (erased), were you satisfied with your visit at Pudong Motors? Please tell us: …"


def test_a_topic_to_raise_is_asked_after_the_text() -> None:
    """C4."""
    text = render(Purpose.CARE, "en", [Topic.COMPLAINT_SATISFACTION], zone=SHANGHAI, about={}, name="A", dealer="B")
    assert text.endswith("Are you satisfied with how we handled your complaint?")
