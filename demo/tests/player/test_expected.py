"""What the player expects: the sheets' arithmetic, the steps' times and the figures."""

from datetime import UTC, datetime

import pytest
from demo.book import Book, Check
from demo.explained import Explanation
from demo.generated import generated_dealers
from demo.plan import MONDAY, TUESDAY, Dealer, Incident
from demo.reference import reference_dealer
from demo.visit_story import GOOD, POOR

from demo import expected

REFERENCE = reference_dealer()
SHANGHAI, BERLIN = generated_dealers()
DEALERS = (REFERENCE, SHANGHAI, BERLIN)


def figures_of(*dealers: Dealer) -> dict[str, float | int | None]:
    return expected.figures(dealers, expected.score(GOOD), expected.score(POOR))


@pytest.mark.parametrize(
    ("work_class", "available", "booked", "left", "customers"), [("PM", 16, 9, 7, 7), ("GR", 32, 8.5, 23.5, 4)]
)
def test_the_sheets_of_the_reference_day_add_up(
    work_class: str, available: float, booked: float, left: float, customers: int
) -> None:
    sheet = expected.sheet(REFERENCE, MONDAY, work_class)
    assert (sheet.available, sheet.booked, sheet.left, len(sheet.rows)) == (available, booked, left, customers)


def test_a_sheet_is_ordered_by_arrival_in_the_dealers_time() -> None:
    rows = expected.sheet(REFERENCE, MONDAY, "PM").rows
    assert [(row[0], row[1]) for row in rows[:2]] == [("08:15", "Jones"), ("08:30", "Philips")]


def test_a_customer_who_does_not_come_gives_his_hour_back() -> None:
    """B10: 16 h, of which 1 + 1.5 + 0.5 + 1 h are taken; the missed hour is not."""
    sheet = expected.sheet(SHANGHAI, MONDAY, "PM")
    assert (sheet.available, sheet.assigned, sheet.left) == (16, 4, 12)
    assert SHANGHAI.visit("no-show").customer.name not in [row[1] for row in sheet.rows]


def test_work_without_appointment_takes_hours_and_has_no_row() -> None:
    sheet = expected.sheet(SHANGHAI, MONDAY, "GR")
    assert (sheet.booked, sheet.assigned, sheet.left) == (2, 3, 13)
    assert len(sheet.rows) == 1


def test_hours_carried_over_are_kept_on_the_next_day() -> None:
    """Six hours from 13:00; at 17:00 four are done and two are kept for Tuesday (W8)."""
    assert expected.remaining(BERLIN.visit("overnight")) == 2
    assert expected.sheet(BERLIN, TUESDAY, "GR").left == 14


def test_a_moved_appointment_is_on_its_new_day_only() -> None:
    name = SHANGHAI.visit("re-booked").customer.name
    assert name in [row[1] for row in expected.sheet(SHANGHAI, TUESDAY, "GR").rows]
    assert name not in [row[1] for row in expected.sheet(SHANGHAI, MONDAY, "GR").rows]


def test_the_seven_steps_of_a_visit_are_told_in_utc() -> None:
    booked = datetime(2025, 6, 20, 0, 30, tzinfo=UTC)
    assert expected.steps(REFERENCE.visit("jones"), booked) == {
        "booked": "2025-06-20T00:30:00Z",
        "arrived": "2025-06-23T00:15:00Z",
        "repair_order": "2025-06-23T00:15:00Z",
        "started": "2025-06-23T00:15:00Z",
        "qc_passed": "2025-06-23T02:15:00Z",
        "delivered": "2025-06-23T02:45:00Z",
        "followed_up": "2025-06-24T02:45:00Z",
    }


def test_a_visit_without_appointment_was_never_booked() -> None:
    assert expected.steps(BERLIN.visit("walk-in"), None)["booked"] is None


def test_a_visit_that_is_not_played_has_no_steps() -> None:
    with pytest.raises(LookupError):
        expected.steps(SHANGHAI.visit("withheld"), None)


@pytest.mark.parametrize(
    ("key", "outcome"), [("race", "FOLLOWED_UP"), ("no-show", "NO_SHOW"), ("withheld", "CONFIRMED")]
)
def test_each_visit_has_its_outcome(key: str, outcome: str) -> None:
    assert expected.outcome(SHANGHAI.visit(key)) == outcome


def test_scores_are_weighted_and_rounded_to_one_decimal() -> None:
    """V2: (4 x 88.9 + 2 x 100 + 3 x 88.9 + 1 x 100) / 10."""
    assert expected.score(GOOD) == 92.2
    assert expected.score(POOR) == 21.1


def test_the_figures_of_a_dealer_come_from_the_plan_alone() -> None:
    assert figures_of(SHANGHAI) == pytest.approx(
        {
            "visits": 7,
            "booked_visits": 6,
            "booking_rate": 6 / 7,
            "no_shows": 1,
            "no_show_rate": 1 / 7,
            "deliveries": 7,
            "reworks": 0,
            "first_time_fix_rate": 1,
            "on_time_rate": 1,
            "lead_time_minutes": 750 / 7,
            "answers": 7,
            "satisfaction": (6 * 92.2 + 21.1) / 7,
            "satisfied_rate": 6 / 7,
            "very_satisfied_rate": 6 / 7,
            "open_complaints": 1,
        }
    )


def test_a_rework_and_a_late_delivery_lower_their_rates() -> None:
    found = figures_of(BERLIN)
    rates = [found["reworks"], found["first_time_fix_rate"], found["on_time_rate"]]
    assert rates == pytest.approx([1, 6 / 7, 6 / 7])


def test_counts_of_the_network_are_sums_of_its_dealers() -> None:
    network, dealers = (
        figures_of(REFERENCE, SHANGHAI, BERLIN),
        [figures_of(one) for one in (REFERENCE, SHANGHAI, BERLIN)],
    )
    for count in ("visits", "booked_visits", "no_shows", "deliveries", "reworks", "answers", "open_complaints"):
        assert network[count] == sum(found[count] or 0 for found in dealers)


def test_every_incident_happens_somewhere() -> None:
    seen = {
        incident for dealer in (REFERENCE, SHANGHAI, BERLIN) for visit in dealer.visits for incident in visit.incidents
    }
    assert seen == set(Incident)


# --- figures from their events (H9) ----------------------------------------------------------------------------------


def rows(**amounts: list[float]) -> list[dict[str, object]]:
    return [{"part": part, "amount": amount} for part, all_of in amounts.items() for amount in all_of]


def test_a_rate_is_worked_out_from_its_events_and_what_was_taken_back_counts_less() -> None:
    told = rows(missed=[1, 1, -1], booked_visits=[1, 1, 1])
    assert Explanation("no_show_rate", ["missed"], ["missed", "booked_visits"], told).value() == 1 / 4


def test_a_count_is_the_sum_of_its_events() -> None:
    assert Explanation("visits", ["visits"], [], rows(visits=[1, 1])).value() == 2


def test_first_time_fix_is_what_reworks_leave() -> None:
    told = rows(reworks=[1], deliveries=[1, 1, 1, 1])
    assert Explanation("first_time_fix_rate", ["reworks"], ["deliveries"], told).value() == 0.75


def test_open_complaints_are_those_opened_less_those_closed() -> None:
    told = rows(complaints_opened=[1, 1], complaints_closed=[1])
    assert Explanation("open_complaints", ["complaints_opened"], ["complaints_closed"], told).value() == 1


def test_a_rate_without_anything_to_divide_by_is_no_figure() -> None:
    assert Explanation("booking_rate", ["booked_visits"], ["visits"], []).value() is None


# --- checks ----------------------------------------------------------------------------------------------------------


def test_a_figure_may_differ_by_its_rounding_and_by_no_more() -> None:
    assert Check("rate", 1 / 7, 0.142857).ok
    assert not Check("rate", 1 / 7, 0.1429).ok
    assert not Check("rate", 1 / 7, None).ok


async def test_work_that_breaks_is_a_failed_check_with_the_errors_words() -> None:
    async def breaks() -> None:
        raise ValueError("nobody there")

    book = Book()
    assert not await book.to_its_end("the days", breaks())
    assert [(check.name, check.ok, check.actual) for check in book.checks] == [
        ("the days", False, "ValueError: nobody there")
    ]
    assert "in breaks" in book.broken_by


async def test_work_that_comes_to_its_end_is_a_check_that_came_out() -> None:
    async def goes_well() -> None:
        return None

    book = Book()
    assert await book.to_its_end("the days", goes_well())
    assert [check.ok for check in book.checks] == [True]
    assert not book.broken_by
