"""Names of what people choose from, in both languages (X4); questions and check lists carry their own."""

from itertools import chain

from chassis.access import ROLES
from chassis.lists import Lists, lists_router
from contracts.catalogue import published_by
from contracts.parts import OrderClass, SupplyWay
from contracts.reception import AuthorisedHow, Intent
from contracts.values import Channel, NatureOfWork, PartCondition, PayType, WorkClass
from contracts.workshop import Urgency

from reception.api.photos import REMOVALS
from reception.api.printed import LABELS
from reception.domain.authorisation import BY_MAKER, DeclineReason
from reception.domain.evidence import EvidenceKind
from reception.domain.inspection import Grade
from reception.domain.order_parts import Availability
from reception.domain.particulars import PaymentMethod
from reception.domain.policy import Policy
from reception.domain.promise import PromiseReason
from reception.domain.protection import Cover
from reception.domain.questionnaire import QUESTIONNAIRES, Question
from reception.domain.recommendation import RecommendationState
from reception.domain.repair_order import OrderState
from reception.domain.supply import SupplyState
from reception.domain.visit import Resolution
from reception.domain.waiting import LeaveReason
from reception.domain.walk_around import POINTS, Station, View
from reception.domain.warranty import Verdict, WarrantyState
from reception.domain.work import LineState

_QUESTIONS: list[Question] = list({one.code: one for one in chain(*QUESTIONNAIRES.values())}.values())

WHY = (
    *dict.fromkeys((*DeclineReason, *PromiseReason, *Resolution, *AuthorisedHow, *REMOVALS, *LeaveReason)),
    *("NOTHING_AUTHORISED", "PARTS_NOT_AWAITED", "WARRANTY_REFUSED"),
    *("NO_TIME", "ILL", "VEHICLE_NOT_AVAILABLE", "PRICE", "WENT_ELSEWHERE", "NO_LONGER_NEEDED", "PARTS_LATE"),
    *("STAFF_ABSENT", "OVERLOADED", "EQUIPMENT", "FORGOT", "WEATHER_OR_TRAFFIC", "NOT_REACHED"),
    *("BOOKED", "WITHDRAWN", "OVER"),
)
"""Codes by which facts of reception and booking say why; what a person wrote instead is shown as it is."""

LISTS: Lists = {
    "document": LABELS,
    "intent": Intent,
    "nature": NatureOfWork,
    "channel": Channel,
    "work-class": WorkClass,
    "pay-type": PayType,
    "payment-method": PaymentMethod,
    "part-condition": PartCondition,
    "supply-state": SupplyState,
    "supply-way": SupplyWay,
    "order-class": OrderClass,
    "station": Station,
    "station-point": tuple(dict.fromkeys(chain(*POINTS.values()))),
    "view": View,
    "cover": Cover,
    "resolution": Resolution,
    "leave-reason": LeaveReason,
    "grade": Grade,
    "urgency": Urgency,
    "decline-reason": DeclineReason,
    "authorised-how": (*AuthorisedHow, BY_MAKER),
    "evidence": EvidenceKind,
    "promise-reason": PromiseReason,
    "promise-part": ("work", *(auxiliary.name for auxiliary in Policy().auxiliary), "rounding"),
    "recommendation-state": RecommendationState,
    "order-state": OrderState,
    "line-state": LineState,
    "warranty-verdict": Verdict,
    "warranty-state": WarrantyState,
    "availability": Availability,
    "photo-removal": REMOVALS,
    "obstacle": ("workshop-load", "queue", "parts"),
    "actor": (*ROLES, "customer", "timer", "system"),
    "fact": [event.wire_type for service in ("booking", "reception") for event in published_by(service)],
    "why": WHY,
    **{f"answer-{question.code}": question.options for question in _QUESTIONS},
}

router = lists_router("reception", LISTS, "advisor", "technician", "parts_clerk", "agent", "cashier", "manager")
