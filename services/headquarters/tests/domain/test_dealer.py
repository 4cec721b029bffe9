"""H1: the registry refuses what the other services could not work with."""

from datetime import UTC, date, datetime, time

import pytest
from contracts.headquarters import DealerChanged, OpeningHours
from headquarters.domain.dealer import Registration, register
from headquarters.domain.errors import FixedSinceRegistration, RegistrationInvalid

NOW = datetime(2025, 6, 20, 1, 0, tzinfo=UTC)


def a_registration(**changes: object) -> Registration:
    given = {
        "name": "Pudong Motors",
        "zone": "Asia/Shanghai",
        "currency": "CNY",
        "region": "East",
        "area": "Shanghai",
        "opened_on": date(2012, 3, 1),
        "opening_hours": [OpeningHours(weekday=day, opens=time(8), closes=time(18)) for day in range(6)],
        "advisors": ("anna", "bo"),
    }
    return Registration.model_validate(given | changes)


def test_a_registered_dealer_is_announced_with_its_whole_registration() -> None:
    """H1."""
    dealer, events = register("SH001", a_registration(), at=NOW)
    assert events == [dealer.registration]
    assert dealer.day_of(datetime(2025, 6, 22, 16, 0, tzinfo=UTC)) == date(2025, 6, 23)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("zone", "Asia/Shanghei"),
        ("zone", "../etc/passwd"),
        ("zone", ""),
        ("currency", "yuan"),
        ("currency", "cny"),
        ("region", " "),
        ("area", ""),
        ("name", ""),
        ("advisors", ()),
        ("advisors", ("anna", "anna")),
        ("advisors", ("anna", " ")),
        ("capabilities", ("HIGH_VOLTAGE", "HIGH_VOLTAGE")),
        ("capabilities", (" ",)),
        ("opening_hours", ()),
        ("opening_hours", [OpeningHours(weekday=0, opens=time(18), closes=time(8))]),
        ("opening_hours", [OpeningHours(weekday=0, opens=time(8), closes=time(8, 14))]),
        (
            "opening_hours",
            [
                OpeningHours(weekday=0, opens=time(8), closes=time(12)),
                OpeningHours(weekday=0, opens=time(11), closes=time(18)),
            ],
        ),
        ("opening_hours", [OpeningHours(weekday=0, opens=time(8, tzinfo=UTC), closes=time(18, tzinfo=UTC))]),
    ],
)
def test_a_registration_that_nobody_could_work_with_is_refused_and_names_the_field(field: str, wrong: object) -> None:
    """H1, B2, B19."""
    with pytest.raises(RegistrationInvalid) as refused:
        register("SH001", a_registration(**{field: wrong}), at=NOW)
    assert refused.value.details == {"field": field}


def test_a_midday_break_is_two_openings_of_one_weekday() -> None:
    """H1."""
    hours = [
        OpeningHours(weekday=0, opens=time(13), closes=time(18)),
        OpeningHours(weekday=0, opens=time(8), closes=time(13)),
    ]
    dealer, _ = register("SH001", a_registration(opening_hours=hours), at=NOW)
    assert len(dealer.registration.opening_hours) == 2


def test_a_change_is_announced_whole_and_from_when_it_holds() -> None:
    """H1."""
    dealer, _ = register("SH001", a_registration(), at=NOW)
    (changed,) = dealer.change(a_registration(advisors=("anna",)), at=NOW)
    assert isinstance(changed, DealerChanged)
    assert (changed.advisors, changed.effective_from, changed.name) == (("anna",), NOW, "Pudong Motors")


def test_the_same_registration_again_announces_nothing() -> None:
    """H1."""
    dealer, _ = register("SH001", a_registration(), at=NOW)
    assert dealer.change(a_registration(), at=NOW) == []
    assert dealer.changed_at is None


@pytest.mark.parametrize("fixed", [{"zone": "Europe/Berlin"}, {"currency": "EUR"}, {"opened_on": date(2013, 1, 1)}])
def test_zone_currency_and_opening_date_stay_as_registered(fixed: dict[str, object]) -> None:
    """H9: a moved zone would move events to other days than those already told."""
    dealer, _ = register("SH001", a_registration(), at=NOW)
    with pytest.raises(FixedSinceRegistration):
        dealer.change(a_registration(**fixed), at=NOW)
