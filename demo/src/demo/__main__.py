"""``python -m demo``: plays the days against the running platform; the exit status says whether all came out right."""

import asyncio
import sys
import time
from datetime import datetime, timedelta

from rich.console import Console

from demo import explained, outcome, report, setting_up
from demo.book import Book
from demo.client import Platform
from demo.director import Director
from demo.front_desk import FrontDesk
from demo.generated import generated_dealers
from demo.plan import START, Dealer
from demo.reference import reference_dealer
from demo.stack import Stack
from demo.visit_story import VisitStory

BERLIN_CALLS = timedelta(hours=6, minutes=30)
"""The European dealer's customers call when it is morning there."""
PLAYED = "the days were played to their end"
COMPARED = "what came out was compared to the end"


async def play(stack: Stack, console: Console) -> int:
    """Plays everything; 0 when all checks came out as planned. What breaks on the way is a failed check as well."""
    platform, book, found = Platform(stack), Book(), report.Outcome()
    dealers = [reference_dealer(), *generated_dealers()]
    began = time.monotonic()
    console.rule("A dealers' day")
    with console.status("setting up") as status:

        def told(now: datetime, waiting: int) -> None:
            text = f"{now.astimezone(dealers[0].tz):%a %H:%M} in Shanghai, {waiting} stories wait"
            status.update(text)
            if not console.is_terminal and now.minute == 0:
                console.print(text)

        director = Director(platform, START, told)
        try:
            if await book.to_its_end(PLAYED, _days(platform, director, book, dealers)):
                status.update("comparing what came out with the plan")
                await book.to_its_end(COMPARED, _compare(platform, book, dealers, found))
        finally:
            await platform.close()
    report.write(stack, book, dealers, found)
    report.print_all(console, stack, book, dealers, found)
    console.print(
        f"{platform.calls} calls, {director.instants} instants, {time.monotonic() - began:.0f} s, "
        f"of which {director.waited_s:.0f} s waiting for quiet. Everything is in {report.OUT}."
    )
    return 0 if all(check.ok for check in book.checks) else 1


async def _days(platform: Platform, director: Director, book: Book, dealers: list[Dealer]) -> None:
    await platform.move_clock(START)
    await setting_up.register(platform, dealers)
    await director.quiet()
    for dealer in dealers:
        await setting_up.staff(platform, dealer)
    await director.play(_stories(platform, director, book, dealers))


async def _compare(platform: Platform, book: Book, dealers: list[Dealer], found: report.Outcome) -> None:
    found.sheets = await outcome.sheets(platform, book, dealers)
    await outcome.hours_given_back(platform, book, dealers)
    found.visits = await outcome.visits(platform, book, dealers)
    found.kpis = await outcome.kpis(platform, book, dealers)
    found.kpis_explained = await explained.check_all(platform, book, dealers, found.kpis)
    found.trace = await outcome.story(platform, book, dealers)
    for dealer in dealers:
        await outcome.reminders(platform, book, dealer)


def _stories(platform: Platform, director: Director, book: Book, dealers: list[Dealer]) -> list:
    second = next(dealer for dealer in dealers if dealer.code == setting_up.SHORT_HOLD)
    desk = FrontDesk(platform, director, book, dealers[0])
    stories = [
        setting_up.let_a_hold_expire(platform, director, book, second),
        setting_up.quiet_days(director),
        desk.play(),
        desk.learn(),
    ]
    for dealer in dealers:
        book_at = START + (BERLIN_CALLS if dealer.currency == "EUR" else timedelta(0))
        stories += [VisitStory(platform, director, book, dealer, visit).play(book_at) for visit in dealer.visits]
    return stories


def main() -> None:
    report.OUT.unlink(missing_ok=True)  # a demo that breaks must not leave the last one's good result behind
    sys.exit(asyncio.run(play(Stack.read(), Console())))


if __name__ == "__main__":
    main()
