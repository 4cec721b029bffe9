"""V1: when and how a customer is asked."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from contracts.survey import FollowUpMethod
from contracts.values import Channel
from hypothesis import given
from hypothesis import strategies as st
from survey.domain.follow_up import FollowUpPolicy, due_at

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")


YEARS = {"min_value": datetime.fromisoformat("2024-01-01"), "max_value": datetime.fromisoformat("2027-01-01")}


def local(zone: ZoneInfo, *when: int) -> datetime:
    return datetime(*when, tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type]


def test_a_customer_is_asked_the_dealers_hours_after_the_delivery() -> None:
    """V1."""
    delivered = local(SHANGHAI, 2025, 6, 23, 17, 30)
    assert due_at(delivered, hours_after=24, from_hour=None, zone=SHANGHAI) == local(SHANGHAI, 2025, 6, 24, 17, 30)
    assert due_at(delivered, hours_after=72, from_hour=None, zone=SHANGHAI) == local(SHANGHAI, 2025, 6, 26, 17, 30)


@pytest.mark.parametrize(("from_hour", "hour", "minute"), [(9, 9, 30), (10, 10, 0), (18, 18, 0), (0, 9, 30)])
def test_a_customer_is_not_asked_before_his_hour(from_hour, hour, minute) -> None:
    """V1: delivered at 9:30, asked the next day."""
    delivered = local(SHANGHAI, 2025, 6, 23, 9, 30)
    due = due_at(delivered, hours_after=24, from_hour=from_hour, zone=SHANGHAI)
    assert due == local(SHANGHAI, 2025, 6, 24, hour, minute)


def test_the_customers_hour_is_right_on_the_day_the_clocks_change() -> None:
    """B19: Berlin, 2025-03-30, when 02:00 became 03:00."""
    delivered = local(BERLIN, 2025, 3, 29, 8, 0)
    due = due_at(delivered, hours_after=24, from_hour=10, zone=BERLIN)
    assert due == datetime(2025, 3, 30, 8, 0, tzinfo=UTC)


@given(
    st.datetimes(timezones=st.just(UTC), **YEARS),
    st.integers(0, 72),
    st.one_of(st.none(), st.integers(0, 23)),
    st.sampled_from([SHANGHAI, BERLIN]),
)
def test_the_hour_puts_a_follow_up_off_within_its_day_only(delivered, hours_after, from_hour, zone) -> None:
    """V1: the dealer's deadline stays."""
    due = due_at(delivered, hours_after=hours_after, from_hour=from_hour, zone=zone)
    plain = delivered + timedelta(hours=hours_after)
    assert due >= plain
    assert due.astimezone(zone).date() == plain.astimezone(zone).date()


def test_who_prefers_the_phone_is_called_and_others_get_a_message() -> None:
    """V1."""
    policy = FollowUpPolicy()
    assert policy.method_for(Channel.PHONE) is FollowUpMethod.CALL
    assert {policy.method_for(c) for c in (None, Channel.WECHAT, Channel.SMS)} == {FollowUpMethod.MESSAGE}
    assert FollowUpPolicy(method=FollowUpMethod.CALL).method_for(Channel.SMS) is FollowUpMethod.CALL
