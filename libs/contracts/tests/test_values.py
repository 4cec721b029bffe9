"""The shared values (X4, R19, B1)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from contracts import values
from contracts.values import (
    Channel,
    Day,
    DealerId,
    Money,
    OpenEnum,
    PartLine,
    Plate,
    TechnicianHours,
    UtcTime,
    Vehicle,
    Vin,
    WorkClass,
    WorkLine,
    vin_check_digit_is_right,
)
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

VIN, PLATE, TIME, DEALER = TypeAdapter(Vin), TypeAdapter(Plate), TypeAdapter(UtcTime), TypeAdapter(DealerId)

GOOD_VINS = [
    "1M8GDM9AXKP042788",  # the standard's own example: the check digit is X
    "11111111111111111",
    "1HGCM82633A004352",
    "5GZCZ43D13S812715",
]


@pytest.mark.parametrize("vin", [*GOOD_VINS, "LSVAU2180N2123456", "WVWZZZ1JZXW000001"])
def test_a_vin_of_17_iso_characters_is_taken(vin: str) -> None:
    """R19"""
    assert VIN.validate_python(f" {vin.lower()} ") == vin


@pytest.mark.parametrize("vin", GOOD_VINS)
def test_the_check_digit_of_a_good_vin_is_right(vin: str) -> None:
    """R19"""
    assert vin_check_digit_is_right(vin)


@pytest.mark.parametrize("place", [place for place in range(17) if place != 8])
def test_a_slip_of_one_digit_is_seen_by_the_check_digit(place: int) -> None:
    """R19: every weight but the check digit's own catches a single wrong digit."""
    vin = "11111111111111111"
    slipped = vin[:place] + "2" + vin[place + 1 :]
    assert not vin_check_digit_is_right(slipped)


def test_a_european_vin_need_not_carry_a_check_digit() -> None:
    """R19: so the digit is a market's policy and not part of the type."""
    vin = VIN.validate_python("WVWZZZ1JZXW000001")
    assert not vin_check_digit_is_right(vin)


@pytest.mark.parametrize(
    "vin",
    [
        "",
        "1M8GDM9AXKP04278",
        "1M8GDM9AXKP0427889",
        "IM8GDM9AXKP042788",
        "1M8GDM9AXKP04278O",
        "1M8GDM9AXKP04278Q",
        "BJ40",
    ],
)
def test_a_vin_with_another_length_or_with_i_o_or_q_is_refused(vin: str) -> None:
    """R19"""
    with pytest.raises(ValidationError, match="FREE:"):
        VIN.validate_python(vin)


def test_an_old_chassis_number_is_possible_on_purpose() -> None:
    """R19"""
    assert VIN.validate_python("free:bj40-1234") == "FREE:BJ40-1234"


@pytest.mark.parametrize("vin", ["FREE:", "FREE: ", "FREE:" + "X" * 26, "FREE:A_B"])
def test_a_free_chassis_number_is_not_a_way_round_everything(vin: str) -> None:
    """R19"""
    with pytest.raises(ValidationError):
        VIN.validate_python(vin)


def test_a_free_chassis_number_has_no_check_digit() -> None:
    """R19"""
    assert not vin_check_digit_is_right("FREE:BJ40-1234")


@pytest.mark.parametrize(
    ("written", "kept"), [("沪A·12345", "沪A12345"), (" b-sv 2025", "B-SV2025"), ("京ad12345", "京AD12345")]
)
def test_a_plate_is_kept_without_blanks_and_dots_in_upper_case(written: str, kept: str) -> None:
    """B4, R5: two ways to write one plate are one plate."""
    assert PLATE.validate_python(written) == kept


@pytest.mark.parametrize("plate", ["", "A", " · ", "X" * 13])
def test_a_plate_of_impossible_length_is_refused(plate: str) -> None:
    """R5"""
    with pytest.raises(ValidationError):
        PLATE.validate_python(plate)


@pytest.mark.parametrize("dealer", ["", "s", "sh001", "SH 001", "-SH", "X" * 21, "SH001\n"])
def test_a_dealer_code_that_headquarters_could_not_have_given_is_refused(dealer: str) -> None:
    """H1"""
    with pytest.raises(ValidationError):
        DEALER.validate_python(dealer)


amounts = st.integers(min_value=-(10**12), max_value=10**12)
yuan = amounts.map(lambda amount: Money(amount=amount, currency="CNY"))
hours = st.integers(min_value=-(10**6), max_value=10**6).map(lambda minutes: TechnicianHours(minutes=minutes))


@given(yuan, yuan, yuan)
def test_money_adds_up_in_any_order(one: Money, two: Money, three: Money) -> None:
    """X4"""
    assert (one + two) + three == one + (two + three) == (three + one) + two


@given(yuan, yuan)
def test_what_was_added_can_be_taken_away(one: Money, two: Money) -> None:
    """X4"""
    assert one + two - two == one
    assert one - one == Money.zero("CNY")


@given(yuan, st.integers(min_value=0, max_value=40))
def test_several_pieces_cost_as_much_as_each_piece_added(price: Money, count: int) -> None:
    """X4"""
    total = Money.zero("CNY")
    for _ in range(count):
        total = total + price
    assert price * count == total


@given(yuan, yuan)
def test_money_is_ordered_by_its_amount(one: Money, two: Money) -> None:
    """X4"""
    assert (one <= two) == (one < two or one == two)
    assert (one < two) != (two <= one)


@pytest.mark.parametrize("what", ["__add__", "__sub__", "__le__", "__lt__"])
def test_two_currencies_never_meet(what: str) -> None:
    """X4"""
    with pytest.raises(ValueError, match="convert one first"):
        getattr(Money(amount=1, currency="CNY"), what)(Money(amount=1, currency="EUR"))


@pytest.mark.parametrize("amount", [1.5, "1.5", None])
def test_money_has_whole_minor_units_only(amount: object) -> None:
    """X4"""
    with pytest.raises(ValidationError):
        Money.model_validate({"amount": amount, "currency": "CNY"})


@pytest.mark.parametrize("currency", ["cny", "CN", "CNYX", "", "¥"])
def test_a_currency_is_an_iso_4217_code(currency: str) -> None:
    """X4"""
    with pytest.raises(ValidationError):
        Money(amount=1, currency=currency)


@given(hours, hours, hours)
def test_hours_add_up_in_any_order(one: TechnicianHours, two: TechnicianHours, three: TechnicianHours) -> None:
    """B1"""
    assert (one + two) + three == one + (two + three)
    assert one + two - two == one


@given(hours, hours)
def test_hours_are_ordered_by_their_minutes(one: TechnicianHours, two: TechnicianHours) -> None:
    """B1"""
    assert (one <= two) == (one < two or one == two)


@given(st.integers(min_value=-4000, max_value=4000))
def test_quarter_hours_as_the_trade_writes_them_lose_nothing(quarters: int) -> None:
    """B1"""
    assert TechnicianHours.of(quarters / 4).hours == quarters / 4


def test_the_ten_technician_sheet_reckons_exactly() -> None:
    """B1: 80 h available, 32 h assigned, 10 h reserved for carry-over: 38 h bookable."""
    bookable = TechnicianHours.of(80) - TechnicianHours.of(32) - TechnicianHours.of(10)
    assert bookable == TechnicianHours.of(38)


def test_a_time_without_a_zone_is_refused() -> None:
    """X4"""
    with pytest.raises(ValidationError):
        TIME.validate_python(datetime(2025, 6, 23, 8, 15))  # noqa: DTZ001 - the naive time is the point


@given(
    st.datetimes(
        datetime(1900, 1, 2),  # noqa: DTZ001
        datetime(2199, 12, 30),  # noqa: DTZ001
        timezones=st.timezones() | st.just(timezone(timedelta(hours=8))),
    )
)
def test_every_time_becomes_utc_with_whole_milliseconds(moment: datetime) -> None:
    """X4: what the store can keep, so that a time read back equals the time written."""
    expected = moment.astimezone(UTC)
    kept = TIME.validate_python(moment)
    assert kept.utcoffset() == timedelta(0)
    assert kept.microsecond % 1000 == 0
    assert timedelta(0) <= expected - kept < timedelta(milliseconds=1)
    assert TIME.validate_json(TIME.dump_json(kept)) == kept


def _vocabularies() -> list[type[OpenEnum]]:
    def below(vocabulary: type[OpenEnum]) -> list[type[OpenEnum]]:
        return [each for child in vocabulary.__subclasses__() for each in (child, *below(child))]

    return [each for each in below(OpenEnum) if each.__module__.startswith("contracts.")]


@pytest.mark.parametrize("vocabulary", _vocabularies(), ids=lambda vocabulary: vocabulary.__name__)
def test_a_word_this_reader_does_not_know_reads_as_unknown(vocabulary: type[OpenEnum]) -> None:
    assert TypeAdapter(vocabulary).validate_json('"A_WORD_FROM_TOMORROW"').value == "UNKNOWN"


def test_a_value_that_is_no_word_is_refused_by_an_open_vocabulary() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Channel).validate_json("7")


def test_a_value_cannot_be_changed() -> None:
    money = Money(amount=1, currency="CNY")
    with pytest.raises(ValidationError):
        money.amount = 2  # pyrefly: ignore - the refusal is the point


def test_a_vehicle_ignores_what_it_does_not_know() -> None:
    """Readers are open: a newer writer may say more."""
    vehicle = Vehicle.model_validate({"vin": GOOD_VINS[0], "plate": "沪A12345", "model": "AE100", "colour": "red"})
    assert "colour" not in vehicle.model_dump()


@given(st.lists(st.tuples(st.integers(1, 999), st.integers(0, 10**7)), max_size=5), st.integers(0, 10**8))
def test_a_line_costs_its_labour_and_each_piece_of_its_parts(parts: list[tuple[int, int]], labour: int) -> None:
    """R7, X4"""
    line = WorkLine(
        line_id="1",
        operation="PM20",
        title="20,000 km service",
        work_class=WorkClass.PM,
        hours=TechnicianHours.of(2),
        labour=Money(amount=labour, currency="CNY"),
        parts=tuple(
            PartLine(number="P", name="filter", quantity=quantity, price=Money(amount=price, currency="CNY"))
            for quantity, price in parts
        ),
    )
    assert line.total.amount == labour + sum(quantity * price for quantity, price in parts)


def test_the_schema_says_which_vocabularies_are_open() -> None:
    """Everybody who reads the schema knows that new words may come."""
    schema = TypeAdapter(values.WorkLine).json_schema()
    assert schema["$defs"]["WorkClass"]["x-open-enum"] is True


@pytest.mark.parametrize(
    "time",
    ["0001-01-01T00:30:00+14:00", "1899-12-31T23:59:59Z", "2199-12-31T23:30:00-01:00", "9999-12-31T23:59:59-12:00"],
)
def test_a_time_no_clock_shows_is_refused(time: str) -> None:
    """X4: what lies beyond the calendar in UTC is refused like any other wrong value."""
    with pytest.raises(ValidationError, match="check the clock"):
        TIME.validate_python(time)
    day = TypeAdapter(Day)
    with pytest.raises(ValidationError, match="check the clock"):
        day.validate_python("9999-12-31")
    assert day.validate_python("2199-12-31").year == 2199


@pytest.mark.parametrize("number", [7, 1_750_000_000, 1.5e9, "1750000000", "-1", "1e9", True])
def test_a_number_is_no_time_and_no_day(number: object) -> None:
    """X4: seconds since 1970 name no zone, and whoever sent them meant something else."""
    for value in (TIME, TypeAdapter(Day)):
        with pytest.raises(ValidationError):
            value.validate_python(number)
