"""Estimates: labour and parts, contingency, versions (R10)."""

import pytest
from contracts.values import PayType
from hypothesis import given
from hypothesis import strategies as st
from reception.domain import errors, errors_estimate
from reception.domain.evidence import text_hash
from reception.domain.shown_text import shown_text
from reception.usecases.known import say_to
from reception_builders import POLICY, a_choice, a_dealer, a_draft, an_order, terms, yuan

drafts = st.lists(
    st.builds(a_draft, st.integers(0, 5000), st.integers(0, 5000), st.integers(1, 9)), min_size=1, max_size=6
)


def test_an_estimate_is_split_into_labour_and_parts():
    """R10."""
    order = an_order(a_draft(200, 150, 2), a_draft(100, 50))
    (issued,) = order.issue_estimate(None, terms(10), POLICY)
    assert (issued.labour, issued.parts) == (yuan(300), yuan(350))
    assert (issued.contingency, issued.total) == (yuan(65), yuan(715))


@given(drafts=drafts, percent=st.integers(0, 10))
def test_the_total_is_the_sum_of_its_lines_and_a_contingency_within_its_limit(drafts, percent):
    """R10, property: labour + parts = lines; total = that + contingency; contingency never above its per cent."""
    order = an_order(*drafts)
    (issued,) = order.issue_estimate(None, terms(percent), POLICY)
    assert issued.labour.amount + issued.parts.amount == sum(line.total.amount for line in issued.lines)
    assert issued.total == issued.labour + issued.parts + issued.contingency
    assert issued.contingency.amount * 100 <= percent * (issued.labour + issued.parts).amount


@given(drafts=drafts, percent=st.integers(0, 10), data=st.data())
def test_parts_of_an_estimate_never_cost_more_than_the_whole(drafts, percent, data):
    """R12, property: what is accepted and what is declined together stay within the total."""
    order = an_order(*drafts)
    order.issue_estimate(None, terms(percent), POLICY)
    estimate = order.agreement.estimate(1)
    ids = {line.line_id for line in estimate.lines}
    some = data.draw(st.sets(st.sampled_from(sorted(ids))))
    assert estimate.amount_of(some) + estimate.amount_of(ids - some) <= estimate.total


@pytest.mark.parametrize("percent", [-1, 11])
def test_a_contingency_above_its_limit_is_refused(percent: int):
    """R10: at most 10 per cent."""
    with pytest.raises(errors_estimate.ContingencyTooHigh):
        an_order().issue_estimate(None, terms(percent), POLICY)


def test_a_new_version_leaves_the_old_one_as_it_was():
    """R10: versions are immutable, and line ids are never used twice."""
    order = an_order(a_draft(200))
    order.issue_estimate(None, terms(), POLICY)
    before = order.agreement.estimate(1)
    order.issue_estimate([a_draft(180)], terms(), POLICY)
    assert order.agreement.estimate(1) == before
    assert [line.line_id for line in order.agreement.estimate(2).lines] == ["L2"]


def test_a_refused_version_leaves_nothing_behind():
    """R10: also no number of a line."""
    order = an_order()
    with pytest.raises(errors_estimate.ContingencyTooHigh):
        order.issue_estimate([a_draft()], terms(11), POLICY)
    assert order.agreement.lines_numbered == 1 and order.agreement.estimates == []


def test_nobody_decides_on_a_replaced_version():
    """R10, R12: the refusal names the version that holds."""
    order = an_order()
    order.issue_estimate(None, terms(), POLICY)
    order.issue_estimate([a_draft(100)], terms(), POLICY)
    with pytest.raises(errors_estimate.EstimateSuperseded) as refused:
        order.decide(1, a_choice("L1"))
    assert refused.value.details == {"version": 2}


def test_versions_are_limited():
    """R10: a repair order does not grow without end."""
    order = an_order()
    for _ in range(POLICY.estimate_versions_max):
        order.issue_estimate(None, terms(), POLICY)
    with pytest.raises(errors_estimate.TooManyVersions):
        order.issue_estimate(None, terms(), POLICY)


def test_amounts_are_in_the_dealers_currency():
    """X4."""
    with pytest.raises(errors.CurrencyForeign):
        an_order().agreement.__class__("EUR").number([a_draft()])


def test_the_customer_sees_his_own_part_where_another_pays_some():
    """R7, R10: warranty lines are in the total, not in what he pays."""
    order = an_order(a_draft(200, 100), a_draft(500, 500, pay_type=PayType.WARRANTY))
    order.issue_estimate(None, terms(), POLICY)
    assert order.agreement.estimate(1).customer_pays == yuan(300)
    assert "Of this you pay at most: 300.00 CNY" in shown_text(
        order.agreement.estimate(1), a_dealer("Europe/Berlin"), "B-SV2025", say_to(a_dealer("Europe/Berlin"))
    )


def test_the_text_is_in_the_customers_language_and_always_the_same():
    """X4, R12: its hash is evidence."""
    order = an_order()
    order.issue_estimate(None, terms(5), POLICY)
    german = a_dealer("Europe/Berlin")
    chinese = shown_text(order.agreement.estimate(1), a_dealer(), "沪A12345", say_to(a_dealer()))
    english = shown_text(order.agreement.estimate(1), german, "沪A12345", say_to(german))
    assert "合计" in chinese and "浦东汽车" in chinese and "Total" in english
    assert text_hash(chinese) == text_hash(
        shown_text(order.agreement.estimate(1), a_dealer(), "沪A12345", say_to(a_dealer()))
    )
