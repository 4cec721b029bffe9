"""Facts of customer relations: complaints."""

from chassis.facts import Fact
from contracts.crm import ComplaintClosed, ComplaintOpened

from headquarters.domain.figures import Part
from headquarters.projections.effects import Effect, handlers


def on_complaint_opened(fact: Fact[ComplaintOpened]) -> Effect:
    return Effect(counts=[(Part.COMPLAINTS_OPENED, 1)])


def on_complaint_closed(fact: Fact[ComplaintClosed]) -> Effect:
    return Effect(counts=[(Part.COMPLAINTS_CLOSED, 1)])


HANDLERS = handlers("crm", {ComplaintOpened: on_complaint_opened, ComplaintClosed: on_complaint_closed})
