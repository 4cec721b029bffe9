"""The gate: closed writer against open reader, both ways. Every kind of break is planted and refused."""

import json
from datetime import date, datetime
from typing import Annotated, Any, Literal

import jsoncompat
import pytest
from contract_gate.compatibility import breaks
from contract_gate.schemas import pruned, schema_of
from contracts.catalogue import events
from contracts.event import Event
from contracts.values import Money, OpenEnum, Value
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field, RootModel, StringConstraints


class Word(OpenEnum):
    A = "A"
    B = "B"
    UNKNOWN = "UNKNOWN"


class MoreWords(OpenEnum):
    A = "A"
    B = "B"
    C = "C"
    UNKNOWN = "UNKNOWN"


class Inner(Value):
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    count: int


class Old(Event):
    """An event as it was released."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern="^[a-z]+$")]
    number: Annotated[int, Field(ge=0, le=100)]
    share: float
    flag: bool
    day: date
    at: datetime
    word: Word
    closed: Literal["X", "Y"]
    money: Money
    inner: Inner
    many: tuple[Inner, ...]
    pair: tuple[int, str]
    by_name: dict[str, int]
    perhaps: int | None = None
    default: str = "one"


OLD = schema_of(Old)


def changed(**fields: Any) -> dict[str, Any]:
    """The schema of ``Old`` with other annotations (a tuple: annotation and default); None takes a field away."""
    body = {name: (field.annotation, field) for name, field in Old.model_fields.items()}
    for name, field in fields.items():
        body[name] = field if isinstance(field, tuple) else (field, ...)
    kept = {name: field for name, field in body.items() if field[0] is not Gone}
    annotations = {name: field[0] for name, field in kept.items()}
    defaults = {name: field[1] for name, field in kept.items() if field[1] is not ...}
    model: type[BaseModel] = type("New", (Event,), {"__annotations__": annotations, "__module__": __name__, **defaults})
    return pruned(model.model_json_schema())


class Gone:
    """Marks a field that is taken away."""


class InnerGrown(Inner):
    remark: str = ""


class InnerStricter(Inner):
    remark: str


class InnerShorter(Value):
    code: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    count: int


class InnerWithoutCount(Value):
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)]


def text(shortest: int = 1, longest: int = 40, pattern: str | None = "^[a-z]+$") -> Any:
    return Annotated[str, StringConstraints(min_length=shortest, max_length=longest, pattern=pattern)]


ALLOWED = {
    "nothing changed": {},
    "an optional field is added": {"remark": (str | None, None)},
    "an optional field with a default is added": {"remark": (str, "")},
    "an optional value is added": {"price": (Money | None, None)},
    "an optional field is taken away": {"perhaps": Gone},
    "an open vocabulary grows": {"word": MoreWords},
    "an optional field is added to an inner value": {"inner": InnerGrown},
    "an optional field is added to the values of a list": {"many": tuple[InnerGrown, ...]},
}

REFUSED = {
    "a required field is taken away": {"flag": Gone},
    "a required field is added": {"remark": str},
    "a field gets another name": {"flag": Gone, "marked": bool},
    "an optional field becomes required": {"perhaps": int | None},
    "a required field becomes optional": {"flag": (bool, True)},
    "a text becomes a number": {"text": int},
    "a number becomes a text": {"number": str},
    "a whole number becomes a fraction": {"number": Annotated[float, Field(ge=0, le=100)]},
    "a fraction becomes a whole number": {"share": int},
    "a value becomes a list": {"inner": tuple[Inner, ...]},
    "a list becomes a value": {"many": Inner},
    "a value becomes a text": {"money": str},
    "a field may be null from now on": {"day": date | None},
    "a field may no longer be null": {"perhaps": (int, 0)},
    "a text becomes shorter": {"text": text(longest=39)},
    "a text becomes longer": {"text": text(longest=41)},
    "a text may be empty from now on": {"text": text(shortest=0)},
    "a pattern changes": {"text": text(pattern="^[a-z]*$")},
    "a pattern goes": {"text": text(pattern=None)},
    "a lower bound rises": {"number": Annotated[int, Field(ge=1, le=100)]},
    "an upper bound goes": {"number": Annotated[int, Field(ge=0)]},
    "a day becomes an instant": {"day": datetime},
    "an instant becomes a text": {"at": str},
    "a closed vocabulary grows": {"closed": Literal["X", "Y", "Z"]},
    "a closed vocabulary shrinks": {"closed": Literal["X"]},
    "a closed vocabulary opens": {"closed": Word},
    "an open vocabulary is closed": {"word": Literal["A", "B", "UNKNOWN"]},
    "a word is taken out of an open vocabulary": {"word": Literal["A"]},
    "an inner value requires more": {"inner": InnerStricter},
    "an inner value requires less": {"inner": InnerWithoutCount},
    "an inner text becomes shorter": {"inner": InnerShorter},
    "the values of a list change": {"many": tuple[InnerShorter, ...]},
    "a list gets a greatest length": {"many": Annotated[tuple[Inner, ...], Field(max_length=3)]},
    "a pair becomes a triple": {"pair": tuple[int, str, str]},
    "a place of a pair changes": {"pair": tuple[int, int]},
    "the values by name change": {"by_name": dict[str, str]},
    "a default changes": {"default": (str, "two")},
}


@pytest.mark.parametrize("change", ALLOWED)
def test_a_change_that_only_grows_is_allowed(change: str) -> None:
    assert breaks(OLD, changed(**ALLOWED[change])) == []


@pytest.mark.parametrize("change", REFUSED)
def test_a_planted_break_is_refused(change: str) -> None:
    assert breaks(OLD, changed(**REFUSED[change])), change


@pytest.mark.parametrize("change", [change for change in REFUSED if "default changes" not in change])
def test_a_break_is_refused_in_whichever_order_the_two_versions_came(change: str) -> None:
    """Full compatibility has no direction."""
    assert breaks(changed(**REFUSED[change]), OLD)


def test_a_word_taken_out_of_an_open_vocabulary_is_refused_though_it_could_be_read() -> None:
    """It would read as UNKNOWN: history would be rewritten."""
    assert breaks(changed(word=MoreWords), changed(word=Word)) == ["$.word: ['C'] would read as UNKNOWN from now on"]


def test_an_optional_field_that_comes_back_with_another_type_is_refused_by_the_state_that_had_it() -> None:
    """Why all released states are compared and not only the last."""
    first, second, third = OLD, changed(perhaps=Gone), changed(perhaps=(str | None, None))
    assert not breaks(first, second)
    assert not breaks(second, third)
    assert breaks(first, third)


def test_a_word_of_json_schema_the_gate_does_not_know_is_refused() -> None:
    strange = {"type": "object", "properties": {"x": {"not": {"type": "string"}}}}
    assert breaks(strange, strange)


def test_a_reader_that_is_not_open_is_refused() -> None:
    closed = {"type": "object", "properties": {}, "additionalProperties": False}
    grown = {"type": "object", "properties": {"x": {"type": "string"}}, "additionalProperties": False}
    assert breaks(closed, grown)


def test_a_value_inside_itself_has_no_released_schema() -> None:
    class Tree(RootModel[list["Tree"]]):
        pass

    with pytest.raises(ValueError, match="flatten"):
        pruned(Tree.model_json_schema())


def test_a_field_called_title_is_no_prose() -> None:
    """Prose is left out of a schema, a field of that name is not."""
    assert (
        "title"
        in schema_of(events()["booking.appointment-confirmed.v1"])["properties"]["menu_items"]["items"]["properties"]
    )


@pytest.mark.parametrize("wire_type", events())
def test_every_event_is_compatible_with_itself(wire_type: str) -> None:
    """So the gate knows every word of JSON Schema our events use."""
    assert breaks(schema_of(events()[wire_type]), schema_of(events()[wire_type])) == []


@pytest.mark.parametrize("change", ALLOWED)
def test_an_allowed_change_really_leaves_documents_readable(change: str) -> None:
    """A document of the released event, judged by an independent validator with the new schema."""
    document = json.loads(
        Old.model_validate(
            {
                "text": "abc",
                "number": 7,
                "share": 0.5,
                "flag": True,
                "day": "2025-06-23",
                "at": "2025-06-23T00:15:00Z",
                "word": "A",
                "closed": "X",
                "money": {"amount": 1, "currency": "CNY"},
                "inner": {"code": "c", "count": 1},
                "many": [{"code": "c", "count": 1}],
                "pair": [1, "a"],
                "by_name": {"a": 1},
            }
        ).model_dump_json()
    )
    Draft202012Validator(changed(**ALLOWED[change])).validate(document)


def as_plain_json_schema(schema: Any, *, closed: bool) -> Any:
    """For a judge who knows plain JSON Schema only: open vocabularies are texts, a writer's object is closed."""
    if isinstance(schema, list):
        return [as_plain_json_schema(entry, closed=closed) for entry in schema]
    if not isinstance(schema, dict):
        return schema
    gone = {"x-open-enum", "enum"} if schema.get("x-open-enum") else set()
    plain = {word: as_plain_json_schema(inner, closed=closed) for word, inner in schema.items() if word not in gone}
    if closed and plain.get("type") == "object" and isinstance(plain.get("properties"), dict):
        plain["additionalProperties"] = False
    return plain


def second_opinion(old: Any, new: Any) -> bool:
    """Whether ``jsoncompat`` lets the open reader of each read the closed writer of the other."""
    return all(
        jsoncompat.check_compat(
            json.dumps(as_plain_json_schema(writer, closed=True)),
            json.dumps(as_plain_json_schema(reader, closed=False)),
            "deserializer",
        )
        for writer, reader in ((old, new), (new, old))
    )


NOT_SEEN_BY_THE_OTHER = {
    "a pattern changes",
    "a pattern goes",
    "a day becomes an instant",
    "an instant becomes a text",
    "a default changes",
}
"""It leaves patterns, formats and defaults alone: the reason why the gate is our own."""


@pytest.mark.parametrize("change", [*ALLOWED, *(change for change in REFUSED if change not in NOT_SEEN_BY_THE_OTHER)])
def test_a_second_opinion_judges_alike(change: str) -> None:
    """``jsoncompat`` was written by others: where it sees the change at all, it says what the gate says."""
    assert second_opinion(OLD, changed(**{**ALLOWED, **REFUSED}[change])) == (change in ALLOWED)
