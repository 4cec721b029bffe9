"""Questionnaires as versioned, immutable data (V2), and the score of an answer.

Score = sum of weight x points / sum of weight, over the scored questions that were asked, rounded to one decimal.
Points of a scale answer: (value - lowest) / (highest - lowest) x 100; of a choice: the points written beside it.
Questions without a weight (reasons, problems, free text) are not scored. So the score is between 0 and 100, and no
better answer ever makes it worse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from survey.domain.errors import AnswersInvalid

Text = Mapping[str, str]
"""The same words in ``zh`` and ``en``."""
Answers = Mapping[str, int | str]
"""Question id -> what was answered."""


class Kind(StrEnum):
    SCALE = "SCALE"
    CHOICE = "CHOICE"
    TEXT = "TEXT"


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    text: Text
    score: float | None = None
    names_problem: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """The question is asked only if that scale question was answered with less than ``below``."""

    question: str
    below: int


@dataclass(frozen=True, slots=True)
class Question:
    """``weight`` 0: not scored. ``lowest``/``highest`` belong to a scale, ``choices`` to a choice, ``longest`` to
    free text."""

    id: str
    kind: Kind
    text: Text
    lowest: int = 1
    highest: int = 10
    choices: Sequence[Choice] = ()
    weight: float = 0
    required: bool = True
    longest: int = 2000
    only_if: Condition | None = None

    def asked(self, answers: Answers) -> bool:
        """Whether branching leads to this question."""
        if self.only_if is None:
            return True
        value = answers.get(self.only_if.question)
        return type(value) is int and value < self.only_if.below

    def choice(self, value: int | str) -> Choice | None:
        return next((choice for choice in self.choices if choice.value == value), None)

    def fault(self, value: int | str) -> str | None:
        """What is wrong with an answer; None when it is right."""
        match self.kind:
            case Kind.SCALE:
                right = type(value) is int and self.lowest <= value <= self.highest
                return None if right else f"answer with a whole number from {self.lowest} to {self.highest}"
            case Kind.CHOICE:
                names = ", ".join(choice.value for choice in self.choices)
                return None if self.choice(value) else f"answer with one of: {names}"
            case Kind.TEXT:
                right = isinstance(value, str) and len(value) <= self.longest
                return None if right else f"answer with a text of at most {self.longest} characters"

    def points(self, value: int | str) -> float | None:
        """0 to 100; None where the answer is not scored."""
        if not self.weight:
            return None
        if self.kind is Kind.SCALE:
            return (int(value) - self.lowest) / (self.highest - self.lowest) * 100
        choice = self.choice(value)
        return choice.score if choice else None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version; a version never changes, another set of questions is another version."""

    name: str
    version: int
    title: Text
    script: Text
    thanks: Text
    questions: Sequence[Question] = field(default_factory=tuple)

    def check(self, answers: Answers) -> None:
        """Raises ``AnswersInvalid`` with a word for each question whose answer is missing, wrong or not asked for."""
        wrong: dict[str, str] = {}
        known = {question.id for question in self.questions}
        wrong |= {name: "there is no such question" for name in answers if name not in known}
        for question in self.questions:
            if question.id not in answers:
                if question.required and question.asked(answers):
                    wrong[question.id] = "answer this question"
            elif not question.asked(answers):
                wrong[question.id] = "this question is not asked here: leave it out"
            elif fault := question.fault(answers[question.id]):
                wrong[question.id] = fault
        if wrong:
            raise AnswersInvalid(wrong)

    def score(self, answers: Answers) -> float:
        """0 to 100 by the formula above; expects checked answers."""
        points = self.points(answers)
        weights = {question.id: question.weight for question in self.questions}
        total = sum(weights[name] for name in points)
        return round(sum(weights[name] * value for name, value in points.items()) / total, 1) if total else 0.0

    def points(self, answers: Answers) -> dict[str, float]:
        """Points of the scored questions."""
        found = {q.id: q.points(answers[q.id]) for q in self.questions if q.id in answers}
        return {name: value for name, value in found.items() if value is not None}

    def names_problem(self, answers: Answers) -> bool:
        """Whether the customer says that something is still wrong (V4)."""
        chosen = (q.choice(answers[q.id]) for q in self.questions if q.id in answers and q.kind is Kind.CHOICE)
        return any(choice is not None and choice.names_problem for choice in chosen)

    def free_text(self, answers: Answers) -> str:
        """What the customer wrote in his own words; personal, to be sealed."""
        written = (str(answers[q.id]).strip() for q in self.questions if q.kind is Kind.TEXT and q.id in answers)
        return "\n".join(text for text in written if text)

    def without_free_text(self, answers: Answers) -> dict[str, int | str]:
        """Everything that was answered but the customer's own words."""
        own_words = {question.id for question in self.questions if question.kind is Kind.TEXT}
        return {name: value for name, value in answers.items() if name not in own_words}
