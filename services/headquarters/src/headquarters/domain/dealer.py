"""A dealer's registration (H1): the fact from which all other services know the dealer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from contracts.event import Event
from contracts.headquarters import DealerChanged, DealerRegistered

from headquarters.domain.errors import FixedSinceRegistration, RegistrationInvalid

Registration = DealerRegistered
"""What is written down of a dealer is exactly what is announced of it."""


@dataclass
class Dealer:
    """One dealer of the network. ``dealer_id`` is the dealer's code and never changes."""

    dealer_id: str
    registration: Registration
    registered_at: datetime
    changed_at: datetime | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.registration.zone)

    def day_of(self, instant: datetime) -> date:
        """The dealer's own calendar day at an instant (X4, B19)."""
        return instant.astimezone(self.zone).date()

    def change(self, registration: Registration, *, at: datetime) -> list[Event]:
        """Replaces the registration. The same registration again changes and announces nothing.

        Raises ``RegistrationInvalid``, and ``FixedSinceRegistration`` for zone, currency or opening date: days and
        sums already reckoned with them would no longer be explained by their events (H9).
        """
        _check(registration)
        for fixed in ("zone", "currency", "opened_on"):
            if getattr(registration, fixed) != getattr(self.registration, fixed):
                raise FixedSinceRegistration(
                    f"{fixed} is {getattr(self.registration, fixed)} since the registration and stays so: "
                    "send it unchanged, or register the dealer under a new code"
                )
        if registration == self.registration:
            return []
        self.registration = registration
        self.changed_at = at
        return [DealerChanged(**registration.model_dump(), effective_from=at)]


def register(dealer_id: str, registration: Registration, *, at: datetime) -> tuple[Dealer, list[Event]]:
    """A new dealer and the fact that announces it (H1). Raises ``RegistrationInvalid``."""
    _check(registration)
    return Dealer(dealer_id=dealer_id, registration=registration, registered_at=at), [registration]


def _the_zone_is_in_the_iana_list(registration: Registration) -> None:
    try:
        ZoneInfo(registration.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise RegistrationInvalid("zone", "write an IANA time zone such as Asia/Shanghai or Europe/Berlin") from unknown


def _the_currency_is_a_code(registration: Registration) -> None:
    if not (len(registration.currency) == 3 and registration.currency.isascii() and registration.currency.isupper()):
        raise RegistrationInvalid("currency", "write an ISO 4217 code such as CNY or EUR")


def _region_and_area_are_named(registration: Registration) -> None:
    for field in ("name", "region", "area"):
        if not getattr(registration, field).strip():
            raise RegistrationInvalid(field, "must not be blank")


def _a_dealer_opens_at_least_once_a_week(registration: Registration) -> None:
    if not registration.opening_hours:
        raise RegistrationInvalid("opening_hours", "name at least one weekday with its hours")


def _hours_hold_a_slot_and_do_not_overlap(registration: Registration) -> None:
    closed_since: dict[int, time] = {}
    for hours in sorted(registration.opening_hours, key=lambda h: (h.weekday, h.opens)):
        if _minutes(hours.closes) - _minutes(hours.opens) < registration.slot_minutes:
            raise RegistrationInvalid("opening_hours", f"weekday {hours.weekday} closes before one slot has passed")
        if hours.weekday in closed_since and hours.opens < closed_since[hours.weekday]:
            raise RegistrationInvalid("opening_hours", f"weekday {hours.weekday} has hours that overlap: join them")
        closed_since[hours.weekday] = hours.closes


def _opening_hours_are_wall_clock_times(registration: Registration) -> None:
    times = [t for h in registration.opening_hours for t in (h.opens, h.closes)]
    if any(t.tzinfo is not None for t in (*times, registration.quiet_from, registration.quiet_until)):
        raise RegistrationInvalid("opening_hours", "write times of the dealer's own day without a zone, such as 08:00")


def _advisors_are_named_once(registration: Registration) -> None:
    if not registration.advisors:
        raise RegistrationInvalid("advisors", "name at least one advisor, or no vehicle can be received (B2)")
    if any(not advisor.strip() for advisor in registration.advisors):
        raise RegistrationInvalid("advisors", "an advisor's code must not be blank")
    if len(set(registration.advisors)) != len(registration.advisors):
        raise RegistrationInvalid("advisors", "name each advisor once: every name is a place in each slot (B2)")


def _capabilities_are_named_once(registration: Registration) -> None:
    if any(not capability.strip() for capability in registration.capabilities):
        raise RegistrationInvalid("capabilities", "a capability must not be blank")
    if len(set(registration.capabilities)) != len(registration.capabilities):
        raise RegistrationInvalid("capabilities", "name each capability once")


RULES: Sequence[Callable[[Registration], None]] = (
    _the_zone_is_in_the_iana_list,
    _the_currency_is_a_code,
    _region_and_area_are_named,
    _opening_hours_are_wall_clock_times,
    _a_dealer_opens_at_least_once_a_week,
    _hours_hold_a_slot_and_do_not_overlap,
    _advisors_are_named_once,
    _capabilities_are_named_once,
)


def _check(registration: Registration) -> None:
    for rule in RULES:
        rule(registration)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
