"""The repair order (委托书, R7) from its opening to the hand-over: it says what may happen when, and announces it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from contracts.event import Event
from contracts.reception import (
    AuthorisationRequested,
    DelayForeseen,
    DeliveryChecked,
    DraftedPart,
    FollowUpPreference,
    LinePart,
    PartsDrafted,
    PickUpDue,
    PromisedTimeChanged,
    RepairOrderCancelled,
)
from contracts.values import Money, PayType, Person, Sealed, Vehicle, WorkLine

from reception.domain import announcements, errors, errors_estimate, errors_prices, order_parts, order_warranty, proof
from reception.domain.agreement import Agreement, Terms
from reception.domain.authorisation import Choice, PendingDiagnosis, Withdrawal
from reception.domain.delivery import Delivery, HandOver, check_off
from reception.domain.lines import DraftLine, check_currency
from reception.domain.particulars import LineStory, Particulars
from reception.domain.parts_draft import Confirmation, PartsDraft, by_the_list, taken_in
from reception.domain.policy import Policy
from reception.domain.price_list import PriceList
from reception.domain.promise import Obstacle, PromisePart, PromiseReason
from reception.domain.story import Happened
from reception.domain.supply import Supply, pieces_of
from reception.domain.warranty import WarrantyCase
from reception.domain.work import Work


class OrderState(StrEnum):
    """Where the order stands."""

    OPEN = "OPEN"
    AUTHORISED = "AUTHORISED"
    READY = "READY"
    DELIVERED = "DELIVERED"
    CANCELLED = "CANCELLED"


@dataclass
class RepairOrder:
    """One visit's repair order. Its id is the visit id. All lines are in ``agreement``'s currency."""

    visit_id: str
    dealer_id: str
    opened_at: datetime
    booked: bool
    rework_of: str | None
    customer: Person
    vehicle: Vehicle
    advisor: str
    concern: Sealed | None
    agreement: Agreement
    lines: tuple[WorkLine, ...]
    """The lines as planned now; an estimate fixes them."""
    promised_at: datetime
    promise_parts: tuple[PromisePart, ...]
    """R11: what the first promise was made of, in minutes; ``promise_waits``: what its start waited for."""
    keep_replaced_parts: bool
    follow_up: FollowUpPreference
    waiting: bool
    promise_waits: tuple[Obstacle, ...] = ()
    promise_broken: bool = False
    """A promised time passed without a hand-over: a later promise does not mend that."""
    promise_at_risk: PromiseReason | None = None
    work: Work = field(default_factory=Work)
    particulars: Particulars = field(default_factory=Particulars)
    planned_by: int | None = None
    """The version of the price list that planned menu items were priced by (R10)."""
    parts_draft: PartsDraft | None = None
    """R10: as technician or parts clerk drafted the parts last."""
    drafted_in: PartsDraft | None = None
    """R10: whose parts the lines as planned now took in."""
    supply: Supply = field(default_factory=Supply)
    parts_asked: tuple[LinePart, ...] = ()
    """What the stock was asked for last (R9)."""
    stories: dict[str, LineStory] = field(default_factory=dict)
    """R18: concern, cause and correction by line."""
    warranty: dict[str, WarrantyCase] = field(default_factory=dict)
    """R8: where lines stand with the maker."""
    free_services: dict[str, str] = field(default_factory=dict)
    """R20: the free service that a line uses, by line."""
    checks: tuple[str, ...] = ()
    checks_at: datetime | None = None
    cancelled_at: datetime | None = None
    delivery: Delivery | None = None
    history: list[Happened] = field(default_factory=list)

    def open(self) -> list[Event]:
        """R7: the order stands; the customer knows when the vehicle will be ready."""
        return [announcements.opened(self), *order_parts.asked(self)]

    @property
    def state(self) -> OrderState:
        if self.delivery:
            return OrderState.DELIVERED
        if self.cancelled_at:
            return OrderState.CANCELLED
        if not self.agreement.accepted_lines:
            return OrderState.OPEN
        return OrderState.AUTHORISED if self._not_ready else OrderState.READY

    @property
    def _not_ready(self) -> set[str]:
        """Accepted lines that the workshop's ready notice does not cover."""
        return self.agreement.accepted_lines.keys() - set(self.work.ready_lines)

    def draft_parts(self, items: Sequence[DraftedPart], by: str, at: datetime) -> list[Event]:
        """R10: the part numbers are fixed for the advisor to confirm; the newest draft holds. Raises
        ``EstimateDecided``: once the customer decided, more work needs a supplement."""
        self.may_change()
        self.agreement.check_undecided(None)
        number = self.parts_draft.number + 1 if self.parts_draft else 1
        self.parts_draft = PartsDraft(number, tuple(items), by, at)
        return [PartsDrafted(draft=number, items=self.parts_draft.items)]

    def issue_estimate(
        self,
        drafts: Sequence[DraftLine] | None,
        terms: Terms,
        policy: Policy,
        *,
        stock_prices: bool = False,
        confirmed: Confirmation | None = None,
        listed: PriceList | None = None,
    ) -> list[Event]:
        """R10: the next version of the order's own estimate. ``drafts``: None takes the lines as planned;
        ``stock_prices``: with parts at what the stock asks for them now (R9); ``confirmed``: with the drafted parts, at
        the prices of ``listed`` where the advisor says no other. His own word goes before both prices."""
        self.may_change()
        self.agreement.check_terms(terms, policy)
        if drafts is not None:
            self.lines, self.drafted_in = self.agreement.number(drafts), None
        else:
            terms = self._as_planned(terms)
        if not self.lines:
            raise errors_prices.NothingToEstimate
        lines = self.lines
        if confirmed:
            lines, terms = self._taken_in(confirmed, listed, terms)
        if stock_prices:
            lines = order_parts.at_stock_prices(self, lines, confirmed.prices if confirmed else {})
        check_currency((part.price for line in lines for part in line.parts), self.agreement.currency)
        self._plan_anew(lines, terms.at)
        return [self.agreement.issue(self.lines, terms).issued(), *order_parts.asked(self)]

    @property
    def draft_to_confirm(self) -> int | None:
        """R10: the newest draft, if no estimate took it in yet."""
        number = self.parts_draft.number if self.parts_draft else None
        return None if number in {estimate.parts_draft for estimate in self.agreement.estimates} else number

    def _as_planned(self, terms: Terms) -> Terms:
        """R10: the same lines in another version: who drafted their parts, and the price list, are the same."""
        own = [one for one in self.agreement.estimates if not one.supplement]
        version = own[-1].price_list_version if own else terms.price_list_version
        return replace(terms, draft=self.drafted_in, price_list_version=version)

    def _taken_in(
        self, confirmed: Confirmation, listed: PriceList | None, terms: Terms
    ) -> tuple[tuple[WorkLine, ...], Terms]:
        """R10: the lines with their drafted parts."""
        self.drafted_in = draft = confirmed.of(self.parts_draft)
        lines = taken_in(draft, self.lines, listed, confirmed)
        version = listed.version if listed and by_the_list(draft, confirmed) else terms.price_list_version
        return lines, replace(terms, draft=draft, price_list_version=version)

    def _plan_anew(self, lines: Sequence[WorkLine], at: datetime) -> None:
        """R8, R9: the same lines with other parts or prices; what maker and stock said was said of those before."""
        for old, new in zip(self.lines, lines, strict=True):
            before, after = pieces_of(old), pieces_of(new)
            self.supply.release_parts(old.line_id, before.keys() - after.keys(), at)
            fewer = {number: needed for number, needed in after.items() if needed < before[number]}
            self.supply.hold_to(old.line_id, fewer)
            order_warranty.check_anew(self, old, new)
        self.lines = tuple(lines)

    def issue_supplement(self, drafts: Sequence[DraftLine], terms: Terms, policy: Policy) -> list[Event]:
        """R14: an estimate for work found later. The authorised lines go on meanwhile."""
        self.may_change()
        if not self.agreement.decisions:
            raise errors_estimate.NothingAuthorisedYet
        if terms.finding_id not in {finding.finding_id for finding in self.work.findings}:
            raise errors_estimate.FindingUnknown(terms.finding_id or "")
        self.agreement.check_terms(terms, policy)
        return [self.agreement.issue(self.agreement.number(drafts), terms).issued(), *order_parts.asked(self)]

    def request_authorisation(
        self, version: int, link: Sealed, expires_at: datetime, text: str, at: datetime, actor: str
    ) -> list[Event]:
        """R12: the customer shall decide by a personal link; crm sends it."""
        self.may_change()
        order_warranty.maker_asked(self, version, [line.line_id for line in self.agreement.estimate(version).lines])
        person_id = self.customer.person_id
        estimate = self.agreement.asked_by_link(version, expires_at, person_id, text, at, actor)
        return [
            AuthorisationRequested(
                version=version,
                amount=estimate.total,
                person_id=person_id,
                link=link,
                expires_at=expires_at,
                evidence_sha256=self.agreement.head,
            )
        ]

    def decide(self, version: int, choice: Choice) -> list[Event]:
        """R12-R14: the one decision on a version. Nothing authorised at all cancels the order (R9)."""
        self.may_change()
        order_warranty.maker_pays(self, version, choice)
        decision = self.agreement.decide(version, choice)
        order_warranty.wait_for_check(self, decision.accepted)
        if not self.agreement.authorised_lines.keys().isdisjoint(decision.accepted):
            self.work.more()
        estimate = self.agreement.estimate(version)
        events = announcements.decided(self, estimate, decision)
        self.supply.release(decision.declined, choice.at)
        events += order_parts.awaited(self, decision.accepted)
        if decision.accepted and estimate.supplement:
            events += self.endanger_promise(PromiseReason.MORE_WORK)
        return [*events, *self._lines_ended("NOTHING_AUTHORISED", choice.at)]

    def acknowledge_diagnosis(self, pending: PendingDiagnosis, text: str, actor: str) -> list[Event]:
        """R10: estimate pending diagnosis, acknowledged by the customer with what it costs him at most."""
        self.may_change()
        self.agreement.acknowledge_diagnosis(pending, text, actor)
        return []

    def endanger_promise(self, reason: PromiseReason) -> list[Event]:
        """R15: the promised time may not hold. The customer hears it without asking, once until another is promised;
        a new time is agreed with him by a person, never made by itself."""
        known, self.promise_at_risk = self.promise_at_risk, reason
        if known or self.delivery or self.cancelled_at:
            return []
        return [DelayForeseen(promised_at=self.promised_at, reason=reason, person_id=self.customer.person_id)]

    def ready(self, lines: Sequence[str], at: datetime) -> list[Event]:
        """R15, R16: quality control released the vehicle; once all accepted lines are done the customer is told."""
        self.work.ready(lines, at)
        return self.pick_up_due()

    def pick_up_due(self) -> list[Event]:
        """R15: told once nothing is left to be done: by the last line's release, or because what was left is off."""
        if self.state is not OrderState.READY:
            return []
        return [PickUpDue(person_id=self.customer.person_id, promised_at=self.promised_at)]

    def withdraw(self, withdrawal: Withdrawal, actor: str) -> list[Event]:
        """R9: the customer does not wait: lines that were not begun are off, and nothing stays reserved for them."""
        self.may_change()
        if begun := set(withdrawal.lines) & self.work.begun:
            raise errors_prices.LineBegun(begun)
        self.agreement.withdraw(withdrawal, actor)
        self.supply.release(withdrawal.lines, withdrawal.at)
        ended = self._lines_ended(withdrawal.reason, withdrawal.at)
        return [announcements.withdrawn(self, withdrawal), *ended, *self.pick_up_due()]

    def ended(self, line_id: str) -> bool:
        """Whether a line will not be done: declined, taken back, replaced, or with an order that is over."""
        return line_id not in {line.line_id for line in self.standing_lines}

    @property
    def standing_lines(self) -> list[WorkLine]:
        """Lines that may still be done: planned, accepted, or offered in a version that holds."""
        if self.delivery or self.cancelled_at:
            return []
        offered = [one for one in self.agreement.estimates if not self.agreement.superseded_by(one)]
        lines = {line.line_id: line for one in offered for line in one.lines}
        lines |= {line.line_id: line for line in self.lines}
        off = {line for decision in self.agreement.decisions for line in decision.declined} | self.agreement.withdrawn
        return [line for line in lines.values() if line.line_id not in off]

    def line(self, line_id: str) -> WorkLine:
        """Raises ``LineUnknown``."""
        if line_id not in self.known_lines:
            raise errors.LineUnknown(line_id)
        return self.known_lines[line_id]

    def tell_story(self, line_id: str, story: LineStory) -> list[Event]:
        """R18: concern, cause and correction of a line, so that the customer understands it."""
        self.may_change()
        self.line(line_id)
        self.stories[line_id] = story
        return []

    @property
    def known_lines(self) -> dict[str, WorkLine]:
        """Every line of this order by id: planned, or in any version."""
        issued = [line for estimate in self.agreement.estimates for line in estimate.lines]
        return {line.line_id: line for line in (*issued, *self.lines)}

    def _lines_ended(self, reason: str, at: datetime) -> list[Event]:
        """R9: nothing stays reserved for lines that are off; when none is left the order is cancelled with thanks."""
        if self.agreement.accepted_lines:
            return order_parts.asked(self)
        self.cancelled_at = at
        self.supply.release(self.known_lines, at)
        return [RepairOrderCancelled(reason=reason), *order_parts.asked(self)]

    def change_promise(self, promised_at: datetime, reason: PromiseReason, at: datetime) -> list[Event]:
        """R11, R15: another time was agreed. A promise that had passed already stays broken."""
        self.may_change()
        if promised_at <= at:
            raise errors_estimate.PromiseInThePast
        previous, self.promised_at = self.promised_at, promised_at
        self.promise_broken = self.promise_broken or at > previous
        self.promise_at_risk = None
        return [
            PromisedTimeChanged(
                previous=previous, promised_at=promised_at, reason=reason, person_id=self.customer.person_id
            )
        ]

    def line_may_be_worked(self, line_id: str) -> None:
        """R12: no line is worked before it was authorised. Raises ``LineNotAuthorised``."""
        if line_id not in self.agreement.authorised_lines:
            raise errors_estimate.LineNotAuthorised([line_id])

    def check_delivery(self, confirmed: Collection[str], at: datetime) -> list[Event]:
        """R16: the final check list, all of it, on the vehicle that quality control released."""
        self._ready_for_delivery()
        self.checks, self.checks_at = check_off(confirmed), at
        return [DeliveryChecked(items=len(self.checks))]

    def default_charges(self) -> dict[str, Money]:
        """The authorised lines that were done, at their estimated totals."""
        done = self.work.done
        return {line.line_id: line.total for line in self.agreement.authorised_lines.values() if line.line_id in done}

    @property
    def charged_to_customer(self) -> Money:
        """R7: the customer's own part of what was charged at the hand-over."""
        lines, charges = self.agreement.authorised_lines, self.delivery.charges if self.delivery else {}
        own = [money for line_id, money in charges.items() if lines[line_id].pay_type is PayType.CUSTOMER_PAY]
        return sum(own, Money.zero(self.agreement.currency))

    def deliver(self, charges: Mapping[str, Money] | None, hand_over: HandOver, at: datetime) -> list[Event]:
        """R16: the vehicle goes back to the customer; never more is charged than was authorised (R12).

        On time means: by the promised time as agreed last, and no earlier promise had been broken.
        """
        self._ready_for_delivery()
        if not self.checks:
            check_off(())
        charges = dict(self.default_charges() if charges is None else charges)
        self.delivery = Delivery(
            at=at,
            charged=self.agreement.check_charges(charges, self.work.done),
            charges=charges,
            on_time=at <= self.promised_at and not self.promise_broken,
            hand_over=hand_over,
        )
        return [announcements.delivered(self, self.delivery)]

    def _ready_for_delivery(self) -> None:
        self.may_change()
        if self.state is not OrderState.READY:
            raise errors_estimate.VehicleNotReady(self._not_ready)

    def may_change(self) -> None:
        """R12: before each change, not only is the order open: what was agreed is still what the evidence proves."""
        if self.delivery or self.cancelled_at:
            raise errors.RepairOrderClosed(self.state)
        self.check_evidence()

    def check_evidence(self) -> None:
        """R12: what was agreed is still what the evidence proves. Raises ``EvidenceBroken``."""
        if wrong := proof.faults(proof.export(self.agreement)):
            raise errors_estimate.EvidenceBroken(wrong)
