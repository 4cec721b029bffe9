"""V2: questionnaires and their score."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from survey.domain.errors import AnswersInvalid
from survey.domain.questionnaire import Kind
from survey.questionnaires import newest, questionnaires
from survey_builders import CSI, GOOD, POOR

scales = st.integers(1, 10)
answers = st.fixed_dictionaries(
    {
        "overall": scales,
        "advisor": scales,
        "quality": scales,
        "on_time": st.sampled_from(["yes", "late_but_told", "late"]),
        "problem": st.sampled_from(["yes", "no"]),
    }
).map(lambda given: given | ({"why": "price"} if given["overall"] < 7 else {}))


@given(answers)
def test_every_score_is_between_0_and_100(given) -> None:
    """V2."""
    CSI.check(given)
    assert 0 <= CSI.score(given) <= 100


@given(answers, st.sampled_from(["overall", "advisor", "quality"]))
def test_a_better_answer_never_makes_the_score_worse(given, question) -> None:
    """V2."""
    better = given | {question: min(10, given[question] + 1)}
    if better["overall"] >= 7:
        better.pop("why", None)
    CSI.check(better)
    assert CSI.score(better) >= CSI.score(given)


@pytest.mark.parametrize(
    ("given", "score"),
    [
        ({"overall": 10, "advisor": 10, "quality": 10, "on_time": "yes", "problem": "no"}, 100),
        ({"overall": 1, "advisor": 1, "quality": 1, "on_time": "late", "why": "price", "problem": "yes"}, 0),
        (GOOD, 92.2),
        (POOR, 21.1),
    ],
)
def test_the_score_is_the_weighted_mean_of_the_scored_answers(given, score) -> None:
    """V2: (4 x overall + 2 x advisor + 3 x quality + 1 x on time) / 10."""
    assert CSI.score(given) == score


def test_a_low_score_is_asked_for_its_reason_and_a_good_one_is_not() -> None:
    """V2: branching."""
    with pytest.raises(AnswersInvalid) as missing:
        CSI.check({name: value for name, value in POOR.items() if name != "why"})
    assert missing.value.details == {"why": "answer this question"}
    with pytest.raises(AnswersInvalid) as surplus:
        CSI.check(GOOD | {"why": "price"})
    assert list(surplus.value.details) == ["why"]
    CSI.check(GOOD | {"overall": 7})


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("overall", 0),
        ("overall", 11),
        ("overall", "9"),
        ("overall", True),
        ("on_time", "maybe"),
        ("on_time", 1),
        ("comment", "x" * 2001),
        ("comment", 7),
        ("weather", 3),
    ],
)
def test_an_answer_that_does_not_fit_is_named_with_what_is_wrong(question, value) -> None:
    """V2."""
    with pytest.raises(AnswersInvalid) as refused:
        CSI.check(GOOD | {question: value})
    assert question in refused.value.details


def test_a_customer_can_name_a_problem_whatever_the_score() -> None:
    """V4."""
    assert CSI.names_problem(GOOD | {"problem": "yes"})
    assert not CSI.names_problem(GOOD)


def test_own_words_are_kept_apart_from_the_other_answers() -> None:
    """C15: they are personal."""
    assert CSI.free_text(POOR) == "The noise is still there."
    assert "comment" not in CSI.without_free_text(POOR)


@pytest.mark.parametrize("questionnaire", questionnaires().values(), ids=str)
def test_every_questionnaire_speaks_chinese_and_english_and_can_be_answered(questionnaire) -> None:
    """X4, V2."""
    texts = [questionnaire.title, questionnaire.script, questionnaire.thanks]
    for question in questionnaire.questions:
        texts += [question.text, *(choice.text for choice in question.choices)]
        assert (question.kind is Kind.CHOICE) == bool(question.choices)
        assert question.lowest < question.highest
        if question.weight and question.kind is Kind.CHOICE:
            assert all(choice.score is not None for choice in question.choices)
    assert all(text.get("zh") and text.get("en") for text in texts)
    assert any(question.weight for question in questionnaire.questions)


def test_new_invitations_get_the_newest_version() -> None:
    assert newest("csi").version == max(version for name, version in questionnaires() if name == "csi")
    with pytest.raises(LookupError):
        newest("nothing")
