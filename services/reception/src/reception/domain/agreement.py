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
from reception.domain.authorisation import Choice, Decision, LinkRequest, decide
from reception.domain.estimate import Estimate
from reception.domain.evidence import Entry, EvidenceKind, chained, estimate_hash, text_hash
from reception.domain.lines import DraftLine, check_currency
from reception.domain.policy import Policy


@dataclass(frozen=True)
class Terms:
    """How an estimate is issued: contingency, when, by whom, and for which finding if it is a supplement."""

    contingency_percent: int
    at: datetime
    by: str
    finding_id: str | None = None


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
    evidence: list[Entry] = field(default_factory=list)

    @property
    def authorised_total(self) -> Money:
        """R12: the ceiling of every invoice of this visit."""
        return sum((decision.amount for decision in self.decisions), Money.zero(self.currency))

    @property
    def authorised_lines(self) -> dict[str, WorkLine]:
        """The lines that may be worked and charged, by id."""
        return {
            line.line_id: line
            for decision in self.decisions
            for line in self.estimate(decision.version).lines_of(decision.accepted)
        }

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
        for estimate in self.estimates:
            if estimate.finding_id == terms.finding_id and self.decision_on(estimate.version):
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

    @property
    def head(self) -> str:
        """The last entry's hash: it is announced, so that a chain whose end was cut off is found (R12)."""
        return self.evidence[-1].sha256 if self.evidence else ""

    def _prove(self, kind: EvidenceKind, estimate: Estimate, *, text: str = "", **said: Any) -> None:
        """R12: one more entry about a version; the amount is the version's total where nothing else is said."""
        content: dict[str, Any] = {
            "person_id": "",
            "how": "",
            "version": estimate.version,
            "amount": estimate.total.amount,
            "estimate_sha256": estimate_hash(estimate),
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
        """R12: the sum of the charges, if each line was authorised and done and the ceiling holds; else raises."""
        check_currency(charges.values(), self.currency)
        if foreign := charges.keys() - self.authorised_lines.keys():
            raise errors.LineNotAuthorised(foreign)
        if undone := charges.keys() - done:
            raise errors.LineNotDone(undone)
        charged, ceiling = sum(charges.values(), Money.zero(self.currency)), self.ceiling_of(charges.keys())
        if ceiling < charged:
            raise errors.AboveAuthorised(charged.amount, ceiling.amount)
        return charged
