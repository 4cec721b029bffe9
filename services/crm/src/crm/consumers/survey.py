"""Survey's facts: customers are to be asked, and low scores become complaints (V1, V4)."""

from collections.abc import Awaitable, Callable
from functools import partial

from chassis.facts import Fact
from chassis.unit import Unit
from contracts.crm import ComplaintClass, ComplaintOrigin, Purpose
from contracts.event import Event
from contracts.survey import FollowUpAbandoned, FollowUpDue, FollowUpMethod, LowScoreReported, SurveyAnswered
from contracts.values import Channel

from crm.consumers.contacts import contact_for
from crm.consumers.prerequisites import needs_customer
from crm.domain.complaint import Intake
from crm.projections.history import HistoryRow, Kind, remember, what_of
from crm.usecases.drop_contacts import drop_contacts
from crm.usecases.open_complaint import OpenComplaint, open_complaint


async def on_follow_up_due(unit: Unit, fact: Fact[FollowUpDue]) -> None:
    told = fact.event
    await contact_for(
        unit,
        fact,
        told.person_id,
        Purpose.SURVEY,
        {"expires": told.expires_at.isoformat()},
        link=told.link,
        wanted=Channel.PHONE if told.method is FollowUpMethod.CALL else told.preferred_channel,
        from_hour=told.from_hour,
        useful_until=told.expires_at,
    )


async def on_survey_answered(unit: Unit, fact: Fact[SurveyAnswered]) -> None:
    what = what_of(fact.event)
    row = HistoryRow(fact.dealer_id, fact.id, fact.event.person_id, fact.at, Kind.ANSWER, what, fact.visit_id)
    remember(unit, row)


async def on_follow_up_abandoned(unit: Unit, fact: Fact[FollowUpAbandoned]) -> None:
    """Nobody is asked any more."""
    if fact.visit_id:
        await drop_contacts(unit, fact.visit_id, [Purpose.SURVEY], "the follow-up was given up")


async def on_low_score_reported(unit: Unit, fact: Fact[LowScoreReported], *, intake: Intake = Intake()) -> None:
    """Somebody must own it (V4): one case for one invitation."""
    told = fact.event
    await needs_customer(unit, fact, told.person_id)
    await open_complaint(
        unit,
        OpenComplaint(
            dealer_id=fact.dealer_id,
            case_id=f"low-score-{told.invitation_id}",
            person_id=told.person_id,
            complaint_class=ComplaintClass.SERVICE,
            origin=ComplaintOrigin.LOW_SCORE,
            handler=intake.handler,
            deadlines=intake.deadlines,
            about_visit=fact.visit_id,
            invitation_id=told.invitation_id,
            sealed_words=told.comment,
        ),
    )


HANDLERS = {
    FollowUpDue: on_follow_up_due,
    SurveyAnswered: on_survey_answered,
    LowScoreReported: on_low_score_reported,
    FollowUpAbandoned: on_follow_up_abandoned,
}


def handlers(intake: Intake) -> dict[type[Event], Callable[..., Awaitable[None]]]:
    """The same with the settings of this process."""
    return {**HANDLERS, LowScoreReported: partial(on_low_score_reported, intake=intake)}
