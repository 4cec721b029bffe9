"""Interactive questioning (R3)."""

import pytest
from reception.domain.errors import AnswersInvalid, QuestionnaireVersionUnknown
from reception.domain.questionnaire import CURRENT_VERSION, QUESTIONNAIRES, check_answers
from reception_builders import ANSWERS


def test_what_where_when_conditions_driver_and_frequency_are_asked():
    """R3."""
    assert [question.code for question in QUESTIONNAIRES[CURRENT_VERSION]] == [
        "what",
        "where",
        "when",
        "conditions",
        "who_drove",
        "how_often",
    ]


def test_complete_answers_pass():
    """R3."""
    check_answers(1, ANSWERS, own_words=False)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"what": ()}, "what is not answered"),
        ({"when": ("TODAY", "LONGER")}, "when takes one answer"),
        ({"where": ("ROOF_RACK",)}, "where has no option ROOF_RACK"),
        ({"weather": ("RAIN",)}, "weather is no question of this version"),
    ],
)
def test_wrong_answers_are_named(change, fault):
    """R3."""
    with pytest.raises(AnswersInvalid) as refused:
        check_answers(1, ANSWERS | change, own_words=True)
    assert refused.value.details["faults"] == [fault]


def test_where_somebody_is_unsure_his_exact_words_are_taken():
    """R3."""
    unsure = ANSWERS | {"where": ("UNSURE",)}
    with pytest.raises(AnswersInvalid):
        check_answers(1, unsure, own_words=False)
    check_answers(1, unsure, own_words=True)


def test_an_unknown_version_is_refused():
    """R3: versions are data, answers name theirs."""
    with pytest.raises(QuestionnaireVersionUnknown):
        check_answers(99, ANSWERS, own_words=False)
