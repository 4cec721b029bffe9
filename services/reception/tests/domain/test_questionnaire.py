"""Interactive questioning (R3)."""

import pytest
from reception.domain.errors import AnswersInvalid, QuestionnaireVersionUnknown
from reception.domain.questionnaire import CURRENT_VERSION, QUESTIONNAIRES, check_answers
from reception_builders import ANSWERS


def test_what_where_when_conditions_driver_and_frequency_are_asked():
    """R3."""
    assert [question.code for question in QUESTIONNAIRES[1]] == [
        "what",
        "where",
        "when",
        "conditions",
        "who_drove",
        "how_often",
    ]


def test_every_version_keeps_the_questions_of_the_one_before_and_asks_in_both_languages():
    """R3, X4: version 2 adds the warning lights."""
    for version in range(2, CURRENT_VERSION + 1):
        assert set(QUESTIONNAIRES[version]) > set(QUESTIONNAIRES[version - 1])
    assert {q.code for q in QUESTIONNAIRES[2]} - {q.code for q in QUESTIONNAIRES[1]} == {"warnings"}
    assert all(q.en and any("一" <= sign <= "鿿" for sign in q.zh) for q in QUESTIONNAIRES[CURRENT_VERSION])


def test_a_version_asks_for_its_own_questions_and_no_others():
    """R3."""
    newer = ANSWERS | {"warnings": ("ENGINE", "ABS")}
    check_answers(2, newer, own_words=False)
    for version, answers, fault in ((2, ANSWERS, "not answered"), (1, newer, "no question of this version")):
        with pytest.raises(AnswersInvalid) as refused:
            check_answers(version, answers, own_words=False)
        assert [f"warnings is {fault}"] == [str(one) for one in refused.value.details["faults"]]


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
    assert [str(one) for one in refused.value.details["faults"]] == [fault]


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
