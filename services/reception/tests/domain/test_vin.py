"""A VIN decoded as far as its standard goes (R19)."""

import pytest
from contracts.values import Vehicle
from hypothesis import given
from hypothesis import strategies as st
from reception.api.shown import VehicleOut
from reception.domain.vin import decode

vins = st.text(alphabet="ABCDEFGHJKLMNPRSTUVWXYZ0123456789", min_size=17, max_size=17)


@pytest.mark.parametrize(
    ("begin", "region", "country"),
    [
        ("LVG", "Asia", "CN"),
        ("L01", "Asia", "CN"),
        ("JT1", "Asia", "JP"),
        ("KMH", "Asia", "KR"),
        ("KA1", "Asia", None),
        ("WVW", "Europe", "DE"),
        ("SNA", "Europe", "DE"),
        ("SMA", "Europe", "GB"),
        ("VF1", "Europe", "FR"),
        ("VSS", "Europe", "ES"),
        ("ZAR", "Europe", "IT"),
        ("U5Y", "Europe", "SK"),
        ("1M8", "North America", "US"),
        ("10A", "North America", "US"),
        ("2HG", "North America", "CA"),
        ("3VW", "North America", "MX"),
        ("6T1", "Oceania", "AU"),
        ("93H", "South America", "BR"),
        ("9F1", "South America", None),
        ("AAV", "Africa", "ZA"),
        ("00A", None, None),
    ],
)
def test_region_and_country_are_those_of_the_makers_code(begin: str, region: str | None, country: str | None) -> None:
    """R19: ISO 3780; where a range is not a plain one, no country is told rather than a wrong one."""
    decoded = decode(begin + "GDM9AXKP042788")
    assert decoded is not None
    assert (decoded.region, decoded.country) == (region, country)


def test_the_seventeen_characters_are_three_sections() -> None:
    """R19: ISO 3779."""
    decoded = decode("1M8GDM9AXKP042788")
    assert decoded is not None
    assert (decoded.wmi, decoded.vds, decoded.vis) == ("1M8", "GDM9AX", "KP042788")


@pytest.mark.parametrize(("digit", "right"), [("X", True), ("1", False)])
def test_the_check_digit_is_told_right_or_wrong(digit: str, right: bool) -> None:
    """R19."""
    decoded = decode(f"1M8GDM9A{digit}KP042788")
    assert decoded is not None and decoded.check_digit_right is right


@pytest.mark.parametrize(
    ("code", "years"),
    [
        ("A", (1980, 2010)),
        ("H", (1987, 2017)),
        ("J", (1988, 2018)),
        ("Y", (2000, 2030)),
        ("1", (2001, 2031)),
        ("9", (2009, 2039)),
        *((code, ()) for code in "UZ0"),
    ],
)
def test_a_model_year_is_one_of_two_thirty_years_apart(code: str, years: tuple[int, ...]) -> None:
    """R19: the codes come again after thirty years; three characters are none."""
    decoded = decode(f"1M8GDM9AX{code}P042788")
    assert decoded is not None and decoded.model_years == years


@given(vins)
def test_every_vin_of_the_standard_can_be_read_and_its_sections_are_the_whole(vin: str) -> None:
    """R19."""
    decoded = decode(vin)
    assert decoded is not None
    assert decoded.wmi + decoded.vds + decoded.vis == vin


@given(vins)
def test_a_country_lies_in_a_region(vin: str) -> None:
    """R19."""
    decoded = decode(vin)
    assert decoded is not None
    assert decoded.country is None or decoded.region is not None


def test_a_chassis_number_of_free_text_decodes_to_nothing() -> None:
    """R19."""
    assert decode("FREE:FZJ75 0001") is None
    old = Vehicle(vin="FREE:FZJ75 0001", plate="沪A12345", model="FZJ75")
    assert VehicleOut.decoded(old).model_dump()["vin_decoded"] is None
