"""Facts of the survey: answers."""

from chassis.facts import Fact
from contracts.survey import FollowUpAbandoned, SurveyAnswered

from headquarters.domain.figures import Part
from headquarters.domain.visit_record import Mark, Step
from headquarters.projections.effects import Effect, handlers


def on_survey_answered(fact: Fact[SurveyAnswered]) -> Effect:
    """V2, V3."""
    answered = fact.event
    return Effect(
        counts=[
            (Part.ANSWERS, 1),
            (Part.SCORE, round(answered.score * 100)),
            (Part.SATISFIED, int(answered.satisfied)),
            (Part.VERY_SATISFIED, int(answered.very_satisfied)),
        ],
        reached=[Step.FOLLOWED_UP],
    )


def on_follow_up_abandoned(fact: Fact[FollowUpAbandoned]) -> Effect:
    return Effect(reached=[Mark.FOLLOW_UP_ENDED])


HANDLERS = handlers("survey", {SurveyAnswered: on_survey_answered, FollowUpAbandoned: on_follow_up_abandoned})
