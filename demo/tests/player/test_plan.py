"""The days as planned: they can be played, and they are the same every time."""

from itertools import pairwise

import pytest
from demo.generated import generated_dealers
from demo.plan import HAND_OVER, Dealer, a_vin, authorised_at
from demo.reference import reference_dealer

DEALERS = [reference_dealer(), *generated_dealers()]
WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
LETTERS = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 6, "G": 7, "H": 8, "J": 1, "K": 2, "L": 3, "M": 4, "N": 5,
           "P": 7, "R": 9, "S": 2, "T": 3, "U": 4, "V": 5, "W": 6, "X": 7, "Y": 8, "Z": 9}  # fmt: skip


def check_digit_of(vin: str) -> str:
    """ISO 3779's check digit, worked out without the plan's own code."""
    rest = sum(LETTERS.get(sign, ord(sign) - ord("0")) * weight for sign, weight in zip(vin, WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def test_the_check_digit_of_a_known_vin_is_found() -> None:
    """So that the test's own arithmetic is right: this VIN is the standard's usual example."""
    assert check_digit_of("1M8GDM9AXKP042788") == "X"


@pytest.mark.parametrize("number", range(0, 10**6, 77_777))
@pytest.mark.parametrize("maker", ["LFMAE", "LSVHK", "WVWZZ"])
def test_a_made_up_vin_has_seventeen_signs_and_a_right_check_digit(maker: str, number: int) -> None:
    vin = a_vin(maker, number)
    assert len(vin) == 17
    assert not set(vin) & set("IOQ")
    assert vin[8] == check_digit_of(vin)


def test_no_two_customers_have_the_same_car() -> None:
    owners: dict[str, set[str]] = {}
    for dealer in DEALERS:
        for visit in dealer.visits:
            owners.setdefault(visit.car.vin, set()).add(visit.customer.phone)
    assert all(len(phones) == 1 for phones in owners.values())


@pytest.mark.parametrize("dealer", DEALERS, ids=lambda dealer: dealer.code)
def test_a_technician_is_never_at_two_visits_at_once(dealer: Dealer) -> None:
    """From the start of work to quality control; the hand-over is the advisor's."""
    assert any(visit.technician for visit in dealer.visits)
    for technician in dealer.technicians:
        busy = sorted(
            (visit.start, visit.delivered)
            for visit in dealer.visits
            if visit.technician == technician.code and visit.start and visit.delivered
        )
        for (_, delivered), (start, _) in pairwise(busy):
            assert start >= delivered - HAND_OVER


@pytest.mark.parametrize("dealer", DEALERS, ids=lambda dealer: dealer.code)
def test_work_is_done_by_a_technician_of_its_class_and_not_before_the_customer_agreed(dealer: Dealer) -> None:
    skills = {technician.code: technician.work_class for technician in dealer.technicians}
    for visit in dealer.visits:
        if visit.start is not None:
            assert skills[visit.technician] == visit.work.work_class
            assert visit.start >= authorised_at(visit)


def test_the_same_seed_gives_the_same_days() -> None:
    assert generated_dealers(7) == generated_dealers(7)


def test_another_seed_gives_other_days() -> None:
    assert generated_dealers(7) != generated_dealers(8)
