"""Register, boards and sheets as live views (B8)."""

import pytest
from booking.consumers.reception import on_vehicle_arrived
from booking_builders import THE_DAY, a_fact_of, an_arrival, at
from booking_desk import DEALER
from booking_journeys import Desk
from chassis.testing_live import Watcher


@pytest.fixture
def watch(app, issuer):
    def of(path: str, role: str = "advisor", dealer: str = "SH001") -> Watcher:
        return Watcher(app, f"{DEALER}/days/{THE_DAY}{path}", issuer.bearer(role, dealers=(dealer,)))

    return of


async def test_the_register_and_the_board_show_a_booking_as_it_is_made(desk, watch):
    """B8: nobody has to ask again."""
    await desk.plan()
    async with watch("/register") as register, watch("/board") as board, watch("/sheets/PM") as sheet:
        assert (await register.state())["items"] == []
        assert (await sheet.state())["left"] == 16
        before = await board.state()
        await desk.book("09:00", 2)
        (row,) = (await register.state())["items"]
        assert (row["time"], row["customer"]) == ("09:00", "Jones")
        assert (await sheet.state())["left"] == 14
        after = await board.state()
        free = [next(row for row in shown["classes"] if row["work_class"] == "PM") for shown in (before, after)]
        assert [row["bookable"] for row in free] == [16, 14]


async def test_the_welcome_board_shows_an_arrival_that_reception_announced(desk, runtime, watch):
    """B8, C15: a fact from Kafka moves it as a command does; still no names."""
    await desk.plan()
    visit = (await desk.book("09:00")).json()["visit_id"]
    async with watch("/welcome-board", "technician") as board:
        assert [row["arrived"] for row in (await board.state())["items"]] == [False]
        await Desk(runtime.store).do(lambda unit: on_vehicle_arrived(unit, a_fact_of(an_arrival(), visit, at("09:00"))))
        shown = await board.state()
        assert [row["arrived"] for row in shown["items"]] == [True]
        assert "Jones" not in str(shown)


@pytest.mark.parametrize("path", ["/register", "/board", "/welcome-board", "/readiness", "/sheets/PM"])
async def test_another_dealers_day_cannot_be_watched(desk, watch, path):
    """X1: unknown, like the day of a dealer that does not exist."""
    await desk.plan()
    async with watch(path, dealer="BE001") as view:
        assert view.status == 404
