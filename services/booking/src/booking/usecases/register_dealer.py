"""Headquarters registered a dealer, or changed a registration (H1)."""

from chassis.unit import Unit

from booking.domain.dealer import Dealer
from booking.storage.documents import CALENDARS, DEALERS
from booking.storage.public_holidays import public_day


async def register_dealer(unit: Unit, dealer: Dealer) -> None:
    """The newest registration holds; what is booked already stays as it is.

    Made-up working days may be opened otherwise by it, and are announced anew then (R11).
    """
    known = await unit.find(DEALERS, dealer.dealer_id)
    if known is None:
        unit.add(DEALERS, dealer)
        return
    vars(known).update(vars(dealer))
    unit.save(DEALERS, known)
    calendar = await unit.find(CALENDARS, dealer.dealer_id)
    if calendar and (told := calendar.tell_openings(known, known.day_of(unit.now), public_day)):
        unit.save(CALENDARS, calendar, told)
