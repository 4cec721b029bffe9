"""The customer agrees: the hold becomes an appointment (B4, B6, B8, B16)."""

from dataclasses import dataclass
from datetime import date, datetime

from chassis.unit import Unit
from contracts.booking import AskedPart, MenuItem
from contracts.values import Initiative, Money, NatureOfWork, Person, Vehicle, VisitId

from booking.domain.appointment import Appointment
from booking.domain.dealer import Dealer
from booking.domain.details import Details
from booking.domain.policy import Policy
from booking.domain.price import estimated_price
from booking.domain.waiting import WaitingState
from booking.storage.days import known_dealer, open_day
from booking.storage.documents import APPOINTMENTS, DAYS, WAITING
from booking.usecases.consult_diagnostician import ConsultDiagnostician, word_of


@dataclass(frozen=True)
class ConfirmAppointment:
    """What the booker wrote down, in plain text; it is sealed before anything is kept."""

    dealer_id: str
    visit_id: VisitId
    customer_name: str
    customer_phone: str
    vehicle: Vehicle
    nature: NatureOfWork
    read_back_confirmed: bool
    concern: str | None = None
    menu_items: tuple[MenuItem, ...] = ()
    initiative: Initiative = Initiative.PASSIVE
    source: str = ""
    list_price: Money | None = None
    uplift_percent: int = 0
    delivery_estimate: datetime | None = None
    parts: tuple[AskedPart, ...] = ()
    """What the planned work needs, as far as it is known already (B7)."""
    consulted: ConsultDiagnostician | None = None
    """The technician with whom a repair was talked over already (B4)."""


async def confirm_appointment(unit: Unit, command: ConfirmAppointment, policy: Policy) -> Appointment:
    """Confirms a hold in time; whoever was offered it from the wait list waits no more (B16)."""
    appointment = await confirm_new_hold(unit, command, policy)
    waiting = await unit.find(WAITING, command.visit_id)
    if waiting is not None and waiting.state is WaitingState.OFFERED:
        unit.save(WAITING, waiting, waiting.take(unit.now))
    return appointment


async def confirm_new_hold(unit: Unit, command: ConfirmAppointment, policy: Policy) -> Appointment:
    """The same for a hold made in the same step, for which nobody can have waited.

    Announcing it is the booking notice to workshop, parts and advisor.
    """
    dealer = await known_dealer(unit, command.dealer_id)
    appointment = await unit.get(APPOINTMENTS, command.visit_id)
    details = await details_of(unit, command, dealer, appointment.day, policy)
    events = appointment.confirm(details, dealer, read_back=command.read_back_confirmed, now=unit.now)
    if command.parts:
        events += appointment.plan_parts(command.parts, unit.actor, unit.now)
    day = await open_day(unit, dealer, appointment.day)
    unit.save(DAYS, day, day.confirm(appointment.visit_id, unit.now))
    unit.save(APPOINTMENTS, appointment, events)
    return appointment


async def details_of(unit: Unit, command: ConfirmAppointment, dealer: Dealer, day: date, policy: Policy) -> Details:
    """What the booking records for a visit on that day; personal values are sealed, the price is rounded (B6)."""
    person = unit.person_id(dealer.dealer_id, command.customer_phone)
    return Details(
        customer=Person(
            person_id=person,
            name=await unit.seal(person, command.customer_name),
            phone=await unit.seal(person, command.customer_phone),
        ),
        vehicle=command.vehicle,
        nature=command.nature,
        concern=await unit.seal(person, command.concern) if command.concern else None,
        menu_items=command.menu_items,
        initiative=command.initiative,
        source=command.source,
        estimated_price=_price(command, dealer, policy),
        delivery_estimate=command.delivery_estimate,
        consulted=await word_of(unit, dealer, command.consulted, day) if command.consulted else None,
    )


def _price(command: ConfirmAppointment, dealer: Dealer, policy: Policy) -> Money | None:
    if command.list_price is None:
        return None
    return estimated_price(
        command.list_price,
        command.uplift_percent,
        most=policy.most_uplift_percent,
        step=policy.price_step,
        currency=dealer.currency,
    )
