"""What is wrong with a field is told in the caller's language (X4), and never with what he sent."""

import re
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from chassis.field_texts import FIELD_TEXTS, Unfit, field_text
from chassis.texts import ENGLISH, words_of
from contracts.values import Day, UtcTime, Vin
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core._pydantic_core import list_all_errors

CHINESE = words_of("zh", "chassis")
KNOWN = {one["type"]: one.get("example_context") or {} for one in list_all_errors()}


def told(kind: Any, value: Any) -> tuple[str, str]:
    """In English and in Chinese."""

    class Sent(BaseModel):
        field: kind

    with pytest.raises(ValidationError) as wrong:
        Sent.model_validate({"field": value})
    (said,) = [field_text(error) for error in wrong.value.errors()]
    return ENGLISH.say(said.text, **said.values), CHINESE.say(said.text, **said.values)


@pytest.mark.parametrize("kind", FIELD_TEXTS)
def test_each_kind_of_fault_is_known_to_pydantic_and_told_in_chinese(kind: str) -> None:
    said = field_text({"type": kind, "msg": "", "ctx": KNOWN[kind]})
    assert re.search("[一-鿿]", CHINESE.say(said.text, **said.values))
    assert "{" not in ENGLISH.say(said.text, **said.values)


@pytest.mark.parametrize(
    ("kind", "value", "chinese"),
    [
        (int, "x", "应为整数"),
        (Annotated[int, Field(ge=1)], 0, "应大于或等于 1"),
        (Annotated[list[int], Field(max_length=2)], [1, 2, 3], "至多可有 2 项,现有 3 项"),
        (Annotated[str, Field(min_length=1)], "", "至少应有 1 个字符"),
        (Literal["A", "B"], "C", "请使用以下之一:'A' 或 'B'"),
        (date, "2025-13-01", "日期请写作 YYYY-MM-DD"),
        (UtcTime, "2025-06-23T09:00:00", "请注明该时间的时区:+08:00,UTC 用 Z"),
    ],
)
def test_a_fault_is_told_with_what_is_asked_for(kind: Any, value: Any, chinese: str) -> None:
    assert told(kind, value)[1].replace(" or ", " 或 ") == chinese


@pytest.mark.parametrize(
    ("kind", "value"),
    [(Day, 3), (Day, "1066-10-14"), (UtcTime, "0001-01-01T00:00:00+08:00"), (Vin, "IOQ")],
)
def test_what_the_contracts_say_of_their_values_is_told_too(kind: Any, value: Any) -> None:
    english, chinese = told(kind, value)
    assert english != chinese and re.search("[一-鿿]", chinese)


def test_our_own_rules_are_told_with_their_values() -> None:
    def refused(_: str) -> str:
        raise Unfit("Use one of {expected}", expected="PM, GR")

    assert told(Annotated[str, AfterValidator(refused)], "secret") == ("Use one of PM, GR", "请使用以下之一:PM, GR")


def test_a_fault_without_words_of_ours_keeps_pydantics() -> None:
    assert field_text({"type": "url_scheme", "msg": "URL scheme should be {https}", "ctx": {}}).text.startswith("URL")
