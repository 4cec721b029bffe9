"""What dealer and customer agreed on in one visit: estimate versions, requests, decisions, and their evidence.

The sum of what was authorised is the ceiling of everything that is charged (R10, R12).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.reception import AuthorisedHow
from contracts.values import Money, WorkLine

from reception.domain import errors_estimate as errors
from reception.domain.authorisation import Choice, Decision, LinkRequest, PendingDiagnosis, Withdrawal, decide
from reception.domain.errors_prices import DiagnosisNotPending
from reception.domain.estimate import Estimate
from reception.domain.evidence import Entry, EvidenceKind, chained, estimate_hash, text_hash
from reception.domain.lines import DraftLine, check_currency
from reception.domain.parts_draft import PartsDraft
from reception.domain.policy import Policy


@dataclass(frozen=True)
class Terms:
    """How an estimate is issued: contingency, when, by whom, and for which finding if it is a supplement."""

    contingency_percent: int
    at: datetime
    by: str
    finding_id: str | None = None
    price_list_version: int | None = None
    draft: PartsDraft | None = None
    """Whose parts it takes in (R10)."""


@dataclass
class Agreement:
    """The estimates of one repair order and what the customer decided on them."""

    currency: str
    about: str = ""
    """Dealer and visit, as the evidence names them."""
    lines_numbered: int = 0
    estimates: list[Estimate] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    link_requests: list[LinkRequest] = field(default_factory=list)
    diagnoses: list[PendingDiagnosis] = field(default_factory=list)
    withdrawals: list[Withdrawal] = field(default_factory=list)
    held: list[str] = field(default_factory=list)
    """Lines that wait for the maker's word (R8): accepted ones are not authorised before."""
    evidence: list[Entry] = field(default_factory=list)

    @property
    def authorised_total(self) -> Money:
        """R12: the ceiling of every invoice of this visit."""
        return self.ceiling_of(self.authorised_lines.keys())

    @property
    def authorised_lines(self) -> dict[str, WorkLine]:
        """The lines that may be worked and charged, by id."""
        return {line_id: line for line_id, line in self.accepted_lines.items() if line_id not in self.held}

    @property
    def accepted_lines(self) -> dict[str, WorkLine]:
        """What the customer accepted and did not take back, held lines included."""
        return {
            line.line_id: line
            for decision in self.decisions
            for line in self.estimate(decision.version).lines_of(decision.accepted)
            if line.line_id not in self.withdrawn
        }

    @property
    def withdrawn(self) -> set[str]:
        """Accepted lines that the customer took back (R9), or that the maker does not pay (R8)."""
        return {line_id for withdrawal in self.withdrawals for line_id in withdrawal.lines}

    def estimate(self, version: int) -> Estimate:
        """Raises ``EstimateUnknown``."""
        if not 1 <= version <= len(self.estimates):
            raise errors.EstimateUnknown(version)
        return self.estimates[version - 1]

    def decision_on(self, version: int) -> Decision | None:
        return next((decision for decision in self.decisions if decision.version == version), None)

    def superseded_by(self, estimate: Estimate) -> Estimate | None:
        """The newest version that took this one's place."""
        return next((later for later in reversed(self.estimates) if later.replaces(estimate)), None)

    def number(self, drafts: Sequence[DraftLine]) -> tuple[WorkLine, ...]:
        """Lines with ids that are never used twice in a visit. Raises ``CurrencyForeign``."""
        check_currency((money for draft in drafts for money in draft.amounts), self.currency)
        first = self.lines_numbered + 1
        self.lines_numbered += len(drafts)
        return tuple(draft.numbered(number) for number, draft in enumerate(drafts, start=first))

    def check_terms(self, terms: Terms, policy: Policy) -> None:
        """R10: whether another version may be issued on these terms; else says why not."""
        if not 0 <= terms.contingency_percent <= policy.contingency_percent_max:
            raise errors.ContingencyTooHigh(policy.contingency_percent_max)
        if len(self.estimates) >= policy.estimate_versions_max:
            raise errors.TooManyVersions(policy.estimate_versions_max)
        self.check_undecided(terms.finding_id)

    def check_undecided(self, finding_id: str | None) -> None:
        """Raises ``EstimateDecided`` once the customer decided on this finding, or on the order itself."""
        for estimate in self.estimates:
            if estimate.finding_id == finding_id and self.decision_on(estimate.version):
                raise errors.EstimateDecided(estimate.version)

    def issue(self, lines: tuple[WorkLine, ...], terms: Terms) -> Estimate:
        """The next version; it takes the place of undecided earlier ones about the same thing."""
        estimate = Estimate(
            version=len(self.estimates) + 1,
            lines=lines,
            contingency_percent=terms.contingency_percent,
            issued_at=terms.at,
            issued_by=terms.by,
            supplement=terms.finding_id is not None,
            finding_id=terms.finding_id,
            price_list_version=terms.price_list_version,
            parts_draft=terms.draft.number if terms.draft else None,
            parts_drafted_by=terms.draft.by if terms.draft else "",
        )
        self.estimates.append(estimate)
        self._prove(EvidenceKind.ISSUED, estimate, at=terms.at, actor=terms.by)
        return estimate

    def decidable(self, version: int) -> Estimate:
        """The version if the customer may still decide on it; else says why not."""
        estimate = self.estimate(version)
        if self.decision_on(version):
            raise errors.EstimateDecided(version)
        if later := self.superseded_by(estimate):
            raise errors.EstimateSuperseded(version, later.version)
        return estimate

    def decide(self, version: int, choice: Choice) -> Decision:
        """The one decision on a version, with its evidence."""
        estimate = self.decidable(version)
        decision = decide(estimate, choice)
        self.decisions.append(decision)
        self._prove(
            EvidenceKind.DECIDED,
            estimate,
            amount=decision.amount.amount,
            at=choice.at,
            actor=choice.actor,
            person_id=choice.person_id,
            how=choice.how,
            text=choice.text,
            accepted=decision.accepted,
            declined=tuple(decision.declined),
            reasons=tuple(decision.declined.values()),
            signature=choice.signature,
            signed_name_sha256=text_hash(choice.signed_name.ciphertext) if choice.signed_name else "",
        )
        return decision

    def asked_by_link(
        self, version: int, expires_at: datetime, person_id: str, text: str, at: datetime, actor: str
    ) -> Estimate:
        """The customer was asked by a personal link, with evidence of which text he was shown."""
        estimate = self.decidable(version)
        self.link_requests.append(LinkRequest(version, at, expires_at))
        self._prove(
            EvidenceKind.LINK_REQUESTED,
            estimate,
            at=at,
            actor=actor,
            person_id=person_id,
            how=AuthorisedHow.LINK,
            text=text,
            expires_at=expires_at,
        )
        return estimate

    def acknowledge_diagnosis(self, pending: PendingDiagnosis, text: str, actor: str) -> None:
        """R10: before the first estimate the customer acknowledges that it follows the diagnosis."""
        if self.estimates:
            raise DiagnosisNotPending
        check_currency([pending.limit], self.currency)
        self.diagnoses.append(pending)
        self._prove(
            EvidenceKind.DIAGNOSIS_ACKNOWLEDGED,
            at=pending.at,
            actor=actor,
            person_id=pending.person_id,
            how=AuthorisedHow.ON_SITE,
            amount=pending.limit.amount,
            text=text,
            signature=pending.signature,
        )

    @property
    def diagnosis_pending(self) -> bool:
        """R10: no estimate yet, and the customer knows why."""
        return bool(self.diagnoses) and not self.estimates

    def withdraw(self, withdrawal: Withdrawal, actor: str) -> None:
        """R9: accepted lines are off, by the customer or by the maker's no (R8); the ceiling sinks by them. Raises
        ``LineNotAuthorised``."""
        if foreign := set(withdrawal.lines) - self.accepted_lines.keys():
            raise errors.LineNotAuthorised(foreign)
        self.withdrawals.append(withdrawal)
        self._prove(
            EvidenceKind.LINES_WITHDRAWN,
            at=withdrawal.at,
            actor=actor,
            person_id=withdrawal.person_id,
            how=withdrawal.how,
            amount=self.authorised_total.amount,
            declined=withdrawal.lines,
            reasons=(withdrawal.reason,),
        )

    @property
    def head(self) -> str:
        """The last entry's hash: it is announced, so that a chain whose end was cut off is found (R12)."""
        return self.evidence[-1].sha256 if self.evidence else ""

    def _prove(self, kind: EvidenceKind, estimate: Estimate | None = None, *, text: str = "", **said: Any) -> None:
        """R12: one more entry; about a version its amount is the version's total where nothing else is said."""
        content: dict[str, Any] = {
            "person_id": "",
            "how": "",
            "version": estimate.version if estimate else 0,
            "amount": estimate.total.amount if estimate else 0,
            "estimate_sha256": estimate_hash(estimate) if estimate else "",
            "text": text,
            "text_sha256": text_hash(text) if text else "",
            **said,
        }
        entry = Entry(kind=kind, currency=self.currency, about=self.about, **content)
        self.evidence.append(chained(self.evidence, entry))

    def ceiling_of(self, line_ids: Collection[str]) -> Money:
        """What may be charged at most for these lines: as authorised, with their share of the contingency.

        So a line that was authorised and never done gives no room to charge more for another.
        """
        zero = Money.zero(self.currency)
        return sum((self._authorised_share(decision, line_ids) for decision in self.decisions), zero)

    def _authorised_share(self, decision: Decision, line_ids: Collection[str]) -> Money:
        return self.estimate(decision.version).amount_of(set(decision.accepted) & set(line_ids))

    def check_charges(self, charges: Mapping[str, Money], done: set[str]) -> Money:
        """R12: the sum of the charges, if each line was authorised and done and the ceiling holds for each who pays;
        else raises. So what another pays gives no room to charge the customer more than he was told he pays at most."""
        check_currency(charges.values(), self.currency)
        if foreign := charges.keys() - self.authorised_lines.keys():
            raise errors.LineNotAuthorised(foreign)
        if undone := charges.keys() - done:
            raise errors.LineNotDone(undone)
        zero, payers = Money.zero(self.currency), {id: line.pay_type for id, line in self.authorised_lines.items()}
        for payer in dict.fromkeys(payers[line_id] for line_id in charges):
            lines = [line_id for line_id in charges if payers[line_id] is payer]
            charged, ceiling = sum((charges[line_id] for line_id in lines), zero), self.ceiling_of(lines)
            if ceiling < charged:
                raise errors.AboveAuthorised(charged.amount, ceiling.amount, lines)
        return sum(charges.values(), zero)
