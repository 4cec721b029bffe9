"""R3: interactive questioning (问诊单), versioned questions as data. Answers are codes; only own words are free."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from contracts.values import Sealed

from reception.domain.errors import AnswersInvalid, QuestionnaireVersionUnknown, Said


@dataclass(frozen=True)
class Question:
    """One question with its texts and the codes that answer it. ``many``: several codes may be true."""

    code: str
    en: str
    zh: str
    options: tuple[str, ...]
    many: bool = False


_FIRST = (
    Question(
        "what",
        "What do you notice?",
        "什么现象?",
        (
            "SERVICE_DUE",
            "NOISE",
            "VIBRATION",
            "LEAK",
            "WARNING_LIGHT",
            "NOT_STARTING",
            "POWER_LOSS",
            "BRAKING",
            "STEERING",
            "CLIMATE",
            "ELECTRICAL",
            "BODY",
            "OTHER",
        ),
        many=True,
    ),
    Question(
        "where",
        "Where on the car?",
        "在车的什么部位?",
        ("FRONT", "REAR", "LEFT", "RIGHT", "UNDERNEATH", "ENGINE", "CABIN", "WHOLE_CAR", "UNSURE"),
        many=True,
    ),
    Question(
        "when",
        "Since when?",
        "什么时候开始的?",
        ("NOT_APPLICABLE", "TODAY", "THIS_WEEK", "THIS_MONTH", "LONGER", "SINCE_LAST_VISIT", "UNSURE"),
    ),
    Question(
        "conditions",
        "Under which conditions?",
        "在什么条件下?",
        (
            "ALWAYS",
            "COLD_ENGINE",
            "WARM_ENGINE",
            "IDLING",
            "ACCELERATING",
            "BRAKING",
            "CORNERING",
            "HIGH_SPEED",
            "ROUGH_ROAD",
            "RAIN",
            "PARKED",
            "UNSURE",
        ),
        many=True,
    ),
    Question("who_drove", "Who was driving?", "谁在驾驶?", ("OWNER", "FAMILY", "CHAUFFEUR", "OTHER", "UNSURE")),
    Question(
        "how_often",
        "How often?",
        "多久发生一次?",
        ("NOT_APPLICABLE", "ONCE", "SOMETIMES", "OFTEN", "ALWAYS", "UNSURE"),
    ),
)
QUESTIONNAIRES: Mapping[int, tuple[Question, ...]] = {
    1: _FIRST,
    2: (
        *_FIRST,
        Question(
            "warnings",
            "Which warning lights are on?",
            "哪些警告灯亮了?",
            (
                "NONE",
                "ENGINE",
                "OIL_PRESSURE",
                "COOLANT",
                "BATTERY",
                "BRAKES",
                "ABS",
                "AIRBAG",
                "TYRE_PRESSURE",
                "HIGH_VOLTAGE",
                "OTHER",
                "UNSURE",
            ),
            many=True,
        ),
    ),
}
"""Never changed once somebody has answered them: a better questionnaire is the next version."""
CURRENT_VERSION = max(QUESTIONNAIRES)


@dataclass(frozen=True)
class Questioning:
    """The answers of one customer. ``own_words``: the exact words, sealed; ``plan``: what the advisor proposes."""

    version: int
    answers: dict[str, tuple[str, ...]]
    own_words: Sealed | None
    plan: str
    read_back: bool
    at: datetime


def answered(questioning: Questioning) -> list[tuple[Question, tuple[str, ...]]]:
    """The answers beside the questions as they were asked then."""
    asked = QUESTIONNAIRES[questioning.version]
    return [(question, questioning.answers.get(question.code, ())) for question in asked]


def check_answers(version: int, answers: Mapping[str, Sequence[str]], own_words: bool) -> None:
    """Refuses answers that the questionnaire's version does not know (``AnswersInvalid``).

    Where the customer is unsure or names something else, his own words are required (R3).
    """
    if version not in QUESTIONNAIRES:
        raise QuestionnaireVersionUnknown(version, QUESTIONNAIRES)
    faults = list(_faults(QUESTIONNAIRES[version], answers))
    unsure = any(code in ("UNSURE", "OTHER") for codes in answers.values() for code in codes)
    if unsure and not own_words:
        faults.append(Said("own_words is missing: somebody is unsure or names something else, take the exact words"))
    if faults:
        raise AnswersInvalid(faults)


def _faults(questions: Iterable[Question], answers: Mapping[str, Sequence[str]]) -> Iterable[Said]:
    known = {question.code: question for question in questions}
    for code in answers.keys() - known.keys():
        yield Said("{code} is no question of this version", {"code": code})
    for code, question in known.items():
        given = answers.get(code, ())
        if not given:
            yield Said("{code} is not answered", {"code": code})
        if not question.many and len(given) > 1:
            yield Said("{code} takes one answer", {"code": code})
        for option in set(given) - set(question.options):
            yield Said("{code} has no option {option}", {"code": code, "option": option})
