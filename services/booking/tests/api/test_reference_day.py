"""The reference day over HTTP: both appointment sheets as printed (B8)."""

import pytest
from booking_builders import REFERENCE_GR, REFERENCE_PM, THE_DAY


@pytest.mark.parametrize(
    ("work_class", "rows", "available", "booked", "left"),
    [("PM", REFERENCE_PM, 16, 9, 7), ("GR", REFERENCE_GR, 32, 8.5, 23.5)],
)
async def test_the_sheets_of_the_reference_day_are_as_printed(desk, work_class, rows, available, booked, left):
    """B8, B1: 16 h PM of which 7 are left, 32 h GR of which 23.5 are left."""
    await desk.plan()
    await desk.book_the_reference_day()
    sheet = (await desk.get(f"/days/{THE_DAY}/sheets/{work_class}")).json()
    assert (sheet["available"], sheet["booked"], sheet["left"]) == (available, booked, left)
    assert (sheet["other_assigned"], sheet["reserved"]) == (0, 0)
    told = [(row["customer"], row["time"], row["model"], row["odometer_km"], row["hours"]) for row in sheet["rows"]]
    assert told == list(rows)


async def test_the_register_names_all_eleven_customers_by_arrival(desk):
    """B8."""
    await desk.plan()
    await desk.book_the_reference_day()
    rows = (await desk.get(f"/days/{THE_DAY}/register")).json()["items"]
    assert len(rows) == 11
    assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
    assert rows[0]["customer"] == "Abbott" and rows[0]["phone"] == "+86 138 0013 8000"


async def test_the_board_shows_classes_slots_hours_and_technicians(desk):
    """B8: free and taken; the technicians' hours add up to the classes'."""
    await desk.plan()
    await desk.book_the_reference_day()
    board = (await desk.get(f"/days/{THE_DAY}/board")).json()
    assert {c["work_class"]: c["bookable"] for c in board["classes"]} == {"PM": 7, "GR": 23.5}
    slots = {slot["time"]: (slot["taken"], slot["free"]) for slot in board["slots"]}
    assert (slots["08:15"], slots["10:00"]) == ((2, 1), (0, 3))
    assert board["hours"][0] == {"hour": "2025-06-23T08:00+08:00", "hours_by_class": {"PM": 3, "GR": 8.5}}
    assert sum(row["assigned"] for row in board["technicians"]) == 17.5


async def test_the_board_and_the_answers_of_commands_name_no_customer(desk):
    """C15: names and phones are on register and sheet only."""
    await desk.plan()
    booked = await desk.book()
    board = await desk.get(f"/days/{THE_DAY}/board")
    assert "Jones" not in booked.text + board.text


async def test_what_is_assigned_beside_the_rows_stands_on_the_sheet_too(desk):
    """B8: available = booked + other assigned + reserved + left, also with a hold."""
    await desk.plan()
    await desk.book("09:00", 2)
    await desk.hold("10:00", 1.5)
    sheet = (await desk.get(f"/days/{THE_DAY}/sheets/PM")).json()
    assert (sheet["booked"], sheet["other_assigned"], sheet["left"]) == (2, 1.5, 12.5)
