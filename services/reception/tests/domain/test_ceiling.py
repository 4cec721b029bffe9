"""R12 as a state machine: whatever is estimated, decided, found, worked and charged, the ceiling holds."""

from contracts.values import Money, PayType
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from reception.domain.authorisation import DeclineReason
from reception.domain.delivery import DELIVERY_CHECKS
from reception.domain.errors import Refused
from reception.domain.evidence import is_unbroken
from reception_builders import NINE, POLICY, a_choice, a_draft, a_finding, a_hand_over, an_order, terms, worked

payers = st.sampled_from([PayType.CUSTOMER_PAY, PayType.GOODWILL])
some_drafts = st.lists(
    st.builds(a_draft, st.integers(0, 900), st.integers(0, 900), pay_type=payers), min_size=1, max_size=3
)


class Counter(RuleBasedStateMachine):
    """Plays an advisor who tries everything; keeps its own book of what the customer said yes to."""

    def __init__(self) -> None:
        super().__init__()
        self.order = an_order()
        self.order.open()
        self.yes: dict[str, int] = {}
        self.ceiling = 0
        self.findings = 0
        self.events = []

    def _try(self, act) -> bool:
        try:
            self.events += act()
        except Refused:
            return False
        return True

    @rule(drafts=st.none() | some_drafts, percent=st.integers(-1, 12))
    def estimate(self, drafts, percent):
        self._try(lambda: self.order.issue_estimate(drafts, terms(percent), POLICY))

    @rule(drafts=some_drafts, percent=st.integers(0, 10), which=st.integers(0, 3))
    def supplement(self, drafts, percent, which):
        self._try(lambda: self.order.issue_supplement(drafts, terms(percent, f"finding-{which}"), POLICY))

    @rule()
    def find_more(self):
        self.order.work.found(a_finding(f"finding-{self.findings}"))
        self.findings += 1

    @rule(data=st.data())
    @precondition(lambda self: self.order.agreement.estimates)
    def decide(self, data):
        estimate = data.draw(st.sampled_from(self.order.agreement.estimates))
        lines = {line.line_id: line for line in estimate.lines}
        accepted = data.draw(st.sets(st.sampled_from(sorted(lines))))
        declined = dict.fromkeys(lines.keys() - accepted, DeclineReason.LATER)
        if self._try(lambda: self.order.decide(estimate.version, a_choice(*sorted(accepted), decline=declined))):
            bare = sum(lines[line_id].total.amount for line_id in accepted)
            self.ceiling += bare + bare * estimate.contingency_percent // 100
            self.yes |= {line_id: lines[line_id].total.amount for line_id in accepted}

    @rule()
    def work(self):
        worked(self.order)

    @rule(data=st.data())
    def deliver(self, data):
        numbered = [f"L{number + 1}" for number in range(self.order.agreement.lines_numbered)]
        amounts = st.integers(0, 400_000).map(lambda amount: Money(amount=amount, currency="CNY"))
        charges = data.draw(st.none() | st.dictionaries(st.sampled_from(numbered), amounts, max_size=4))
        self._try(lambda: self.order.check_delivery(tuple(DELIVERY_CHECKS), NINE))
        self._try(lambda: self.order.deliver(charges, a_hand_over(), NINE))

    @invariant()
    def what_is_authorised_is_what_the_customer_said_yes_to(self):
        assert self.order.agreement.authorised_total.amount == self.ceiling
        assert self.order.agreement.authorised_lines.keys() == self.yes.keys()

    @invariant()
    def never_more_is_charged_than_was_authorised(self):
        if self.order.delivery:
            assert self.order.delivery.charged.amount <= self.ceiling
            assert self.order.delivery.charges.keys() <= self.yes.keys()

    @invariant()
    def nobody_pays_more_than_his_own_lines(self):
        charges = self.order.delivery.charges if self.order.delivery else {}
        for payer in PayType:
            own = [line_id for line_id in charges if self.order.known_lines[line_id].pay_type is payer]
            charged = sum(charges[line_id].amount for line_id in own)
            # 12 per cent is more than any contingency a version could have.
            assert charged * 100 <= sum(self.yes[line_id] for line_id in own) * 112

    @invariant()
    def the_facts_tell_the_same_story(self):
        told = [event for event in self.events if type(event).__name__ == "EstimateAuthorised"]
        assert sum(event.amount.amount for event in told) == self.ceiling
        assert not told or told[-1].authorised_total.amount == self.ceiling

    @invariant()
    def the_evidence_is_unbroken(self):
        assert is_unbroken(self.order.agreement.evidence)


TestCeiling = Counter.TestCase
TestCeiling.settings = settings(max_examples=min(60, settings().max_examples), stateful_step_count=20)
