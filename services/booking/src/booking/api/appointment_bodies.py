"""Appointments as they are sent, answered and shown (B3, B4, B6)."""

from dataclasses import replace
from typing import Annotated, Any, Self

from chassis.field_texts import Unfit
from contracts.booking import DealersContact, MenuItem, Mobility
from contracts.values import (
    Channel,
    Initiative,
    Money,
    NatureOfWork,
    Party,
    StaffId,
    TechnicianHours,
    UtcTime,
    Vehicle,
    VisitId,
    WorkClass,
)
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from booking.api.part_bodies import PartBody, PartOut, asked
from booking.api.words import (
    Body,
    BookableClass,
    BookingChannel,
    Code,
    Hours,
    KnownInitiative,
    KnownNature,
    KnownParty,
    Need,
    example,
)
from booking.domain.appointment import Appointment, State
from booking.domain.details import Change, ChangeReason, NoShowReason
from booking.domain.taking import Wish
from booking.usecases.cancel_appointment import CancelAppointment
from booking.usecases.confirm_appointment import ConfirmAppointment
from booking.usecases.consult_diagnostician import ConsultDiagnostician
from booking.usecases.reschedule_appointment import RescheduleAppointment

EVIDENCE = "Needed where `by` is DEALER: the contact in which the customer agreed"
ARRIVAL = "Start of a reception slot, with its offset or in UTC; take it from the offers"

CONFIRMATION: dict[str, Any] = {
    "customer": {"name": "Jones", "phone": "+86 138 0013 8000"},
    "vehicle": {"vin": "LFV2A21K8B3000001", "plate": "沪A12345", "model": "AE100", "odometer_km": 20000},
    "nature": "MAINTENANCE",
    "concern": "It pulls to the left when braking",
    "menu_items": [{"code": "PM20", "title": "20,000 km service", "hours": 2.0}],
    "initiative": "PASSIVE",
    "source": "WEB_SITE",
    "list_price": {"amount": 68000, "currency": "CNY"},
    "uplift_percent": 5,
    "delivery_estimate": "2025-06-23T08:00:00Z",
    "parts": [{"number": "90915-YZZD2", "quantity": 1}],
    "read_back_confirmed": True,
}
HOLD: dict[str, Any] = {"arrival": "2025-06-23T08:15:00+08:00", "work_class": "PM", "hours": 2.0, "channel": "PHONE"}


class CustomerBody(Body):
    """The customer as written down. Kept sealed; shown to the dealer's own staff only."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
    phone: Annotated[str, StringConstraints(pattern=r"^\+?[0-9 ()/-]{5,24}$")]


class VehicleBody(Vehicle):
    """The vehicle as written down."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MoneyBody(Money):
    """Minor units (fen, cents) of an ISO 4217 currency."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: int = Field(ge=0, le=10**12)


class MenuItemBody(Body):
    """A work package from the dealer's menu."""

    code: Code
    title: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    hours: Hours

    def item(self) -> MenuItem:
        return MenuItem(code=self.code, title=self.title, hours=TechnicianHours.of(self.hours))


class ConsultationBody(Body):
    """With whom a repair was talked over, and what he advises: nothing personal."""

    model_config = example({"technician": "sean", "note": "Sounds like the wheel bearing, plan 2 h"})

    technician: Code
    note: Annotated[str, StringConstraints(max_length=500)] = ""

    def order(self, visit_id: str) -> ConsultDiagnostician:
        return ConsultDiagnostician(visit_id, self.technician, self.note)


class ConfirmBody(Body):
    """What a booking records. `delivery_estimate` left out means: to be confirmed on arrival."""

    model_config = example(CONFIRMATION)

    customer: CustomerBody
    vehicle: VehicleBody
    nature: KnownNature
    concern: Annotated[str, StringConstraints(max_length=2000)] | None = Field(None, description="In his own words")
    menu_items: list[MenuItemBody] = Field([], max_length=30)
    initiative: KnownInitiative = Initiative.PASSIVE
    source: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9_]{0,40}$")] = Field(
        "", description="How the customer came to book: CARD, BROCHURE, SIGN, REMINDER_MAIL, WEB_SITE, …"
    )
    list_price: MoneyBody | None = Field(None, description="Price of the menu items from the price list")
    uplift_percent: int = Field(0, ge=0, le=100, description="On the list price; at most 10 by default")
    delivery_estimate: UtcTime | None = None
    parts: list[PartBody] = Field([], max_length=100, description="What the planned work needs, where it is known")
    consultation: ConsultationBody | None = Field(None, description="Repairs: it can be written down later, too")
    read_back_confirmed: bool = Field(description="The details were read back and the customer agreed")

    def order(self, dealer_id: str, visit_id: str) -> ConfirmAppointment:
        return ConfirmAppointment(
            dealer_id=dealer_id,
            visit_id=visit_id,
            customer_name=self.customer.name,
            customer_phone=self.customer.phone,
            vehicle=Vehicle.model_validate(self.vehicle.model_dump()),
            nature=self.nature,
            read_back_confirmed=self.read_back_confirmed,
            concern=self.concern,
            menu_items=tuple(item.item() for item in self.menu_items),
            initiative=self.initiative,
            source=self.source,
            list_price=self.list_price and Money(amount=self.list_price.amount, currency=self.list_price.currency),
            uplift_percent=self.uplift_percent,
            delivery_estimate=self.delivery_estimate,
            parts=asked(self.parts),
            consulted=self.consultation.order(visit_id) if self.consultation else None,
        )


class SlotBody(Body):
    """A slot and hours of one class; advisor and technician only where they matter to the customer."""

    arrival: UtcTime = Field(description=ARRIVAL)
    work_class: BookableClass
    hours: Hours
    advisor: Code | None = None
    technician: Code | None = None

    def wish(self, visit_id: str) -> Wish:
        hours = TechnicianHours.of(self.hours)
        return Wish(visit_id, self.arrival, self.work_class, hours, self.advisor, self.technician)


class HoldBody(SlotBody):
    """Holds a slot; with `confirm` the booking is confirmed in the same step."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [HOLD, {**HOLD, "confirm": CONFIRMATION}]})

    channel: BookingChannel
    needs: list[Need] = Field([], max_length=5, description="Qualifications the work asks for, such as HIGH_VOLTAGE")
    confirm: ConfirmBody | None = None

    def wish(self, visit_id: str) -> Wish:
        return replace(super().wish(visit_id), needs=tuple(dict.fromkeys(self.needs)))


class ContactBody(Body):
    """How the customer agreed to a change that the dealer wished for (B11)."""

    at: UtcTime
    channel: BookingChannel
    by: Code = Field(description="Who spoke with the customer")
    agreed: bool

    def value(self) -> DealersContact:
        return DealersContact(at=self.at, channel=self.channel, by=self.by, agreed=self.agreed)


class WhyBody(Body):
    """Why an appointment changes, and by whose wish; the dealer does not do it without a reason (B11)."""

    reason: ChangeReason = Field(ChangeReason.OTHER, description="Needed where `by` is DEALER")
    by: KnownParty = Party.CUSTOMER
    contact: ContactBody | None = Field(None, description=EVIDENCE)

    @model_validator(mode="after")
    def _dealers_reason(self) -> Self:
        if self.by is not Party.CUSTOMER and "reason" not in self.model_fields_set:
            raise Unfit("a change by the dealer needs `reason`: say why")
        return self


class RescheduleBody(WhyBody, SlotBody):
    """The new slot and hours, and why the appointment moves."""

    model_config = example({**{k: v for k, v in HOLD.items() if k != "channel"}, "reason": "NO_TIME"})

    def order(self, dealer_id: str, visit_id: str) -> RescheduleAppointment:
        contact = self.contact.value() if self.contact else None
        return RescheduleAppointment(dealer_id, self.wish(visit_id), self.reason, self.by, contact)


class CancelBody(WhyBody):
    """Why the visit does not take place."""

    model_config = example({"reason": "NO_LONGER_NEEDED"})

    def order(self, dealer_id: str, visit_id: str) -> CancelAppointment:
        contact = self.contact.value() if self.contact else None
        return CancelAppointment(dealer_id, visit_id, self.reason, self.by, contact)


class HandOverBody(Body):
    """Who looks after the visit from now on: role and code, as `owner` shows it."""

    model_config = example({"owner": "advisor:bo", "reason": "Anna is on leave"})

    owner: Annotated[str, StringConstraints(pattern=r"^(advisor|agent|manager|app):[A-Za-z0-9][A-Za-z0-9_.@:-]{0,63}$")]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class NoShowReasonBody(Body):
    """Why the customer did not come, as told afterwards."""

    model_config = example({"reason": "FORGOT"})

    reason: NoShowReason


class AppointmentAnswer(BaseModel):
    """What a command answers: nothing personal, for answers are kept to be repeated."""

    visit_id: VisitId
    dealer_id: str
    state: State
    arrival: UtcTime
    work_class: WorkClass
    hours: float
    advisor: StaffId
    technician: StaffId | None = None
    needs: list[str] = []
    mobility: Mobility = Mobility.NONE
    loaner: str | None = None
    expires_at: UtcTime | None = Field(None, description="A hold ends by itself at this time")
    estimated_price: Money | None = None
    delivery_estimate: UtcTime | None = Field(None, description="null: to be confirmed on arrival")

    @classmethod
    def of(cls, appointment: Appointment) -> "AppointmentAnswer":
        return cls(**_told(appointment))


class ChangeOut(BaseModel):
    """One change. `arrival` null: cancelled. `contact`: how the customer agreed to what the dealer wished."""

    at: UtcTime
    previous_arrival: UtcTime
    arrival: UtcTime | None
    by: str
    actor: str
    reason: ChangeReason
    contact: DealersContact | None = None

    @classmethod
    def of(cls, change: Change) -> "ChangeOut":
        return cls(**vars(change))


class CustomerOut(BaseModel):
    """Name and phone in plain text; null once the person was erased."""

    person_id: str
    name: str | None
    phone: str | None


class AppointmentOut(AppointmentAnswer):
    """The whole appointment, opened for the dealer's staff."""

    channel: Channel
    owner: str
    booked_at: UtcTime
    customer: CustomerOut | None = None
    vehicle: Vehicle | None = None
    nature: NatureOfWork | None = None
    concern: str | None = None
    menu_items: list[MenuItemBody] = []
    initiative: Initiative | None = None
    source: str = ""
    reminder_at: UtcTime | None = None
    missed_after: UtcTime | None = None
    arrived_at: UtcTime | None = None
    left_ungreeted: bool = Field(False, description="He came, went before anybody greeted him, and is not back")
    no_show_reason: NoShowReason | None = None
    attendance_confirmed: bool = Field(False, description="The customer said by the reminder's link that he comes")
    diagnostician: StaffId | None = Field(None, description="With whom a repair was talked over")
    parts: list[PartOut] = Field([], description="What the planned work needs, and where it stands")
    history: list[ChangeOut] = []

    @classmethod
    def opened(cls, appointment: Appointment, customer: CustomerOut | None, concern: str | None) -> "AppointmentOut":
        details = appointment.details
        more: dict[str, Any] = {}
        if details is not None:
            more = {name: getattr(details, name) for name in ("vehicle", "nature", "initiative", "source")}
            more["menu_items"] = [
                MenuItemBody(code=item.code, title=item.title, hours=item.hours.hours) for item in details.menu_items
            ]
        own = ("channel", "owner", "booked_at", "reminder_at", "missed_after", "arrived_at", "no_show_reason")
        own = (*own, "attendance_confirmed", "diagnostician")
        return cls(
            **_told(appointment),
            **{name: getattr(appointment, name) for name in own},
            **more,
            left_ungreeted=appointment.left_because is not None,
            customer=customer,
            concern=concern,
            parts=PartOut.all_of(appointment.parts, appointment.arrival),
            history=[ChangeOut.of(change) for change in appointment.history],
        )


def _told(appointment: Appointment) -> dict[str, Any]:
    details = appointment.details
    same = ("visit_id", "dealer_id", "state", "arrival", "work_class", "advisor", "technician", "needs", "expires_at")
    same = (*same, "mobility", "loaner")
    return {
        **{name: getattr(appointment, name) for name in same},
        "hours": appointment.hours.hours,
        "estimated_price": details.estimated_price if details else None,
        "delivery_estimate": details.delivery_estimate if details else None,
    }


class LinkOut(BaseModel):
    """The token of a personal link: whoever has it may act for the customer, until it expires."""

    token: str
    expires_at: UtcTime
