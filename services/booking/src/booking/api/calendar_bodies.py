"""The calendar as it is sent and shown: staff, leave, shop, single days (B1, W14)."""

from datetime import date
from typing import Annotated

from contracts.values import Day, WorkClass
from pydantic import BaseModel, Field, StringConstraints

from booking.api.capacity_bodies import BaysBody, Mix, PlanOut
from booking.api.words import Body, BookableClass, ClockTime, Need, ReserveBody, example
from booking.domain.calendar import Calendar, DayRule, Shop
from booking.domain.capacity import CapacityPlan, ClassBays
from booking.domain.due import ServicePlan
from booking.domain.staff import Employment, Leave, LeaveReason, Member, Qualification, Shift

FROM = "Holds from this day on, today at the earliest; later versions are replaced"


class ShiftBody(Body):
    """Working hours of one weekday on the dealer's clock; Monday is 0. The pause is taken off."""

    weekday: int = Field(ge=0, le=6)
    start: ClockTime = Field(examples=["08:00"])
    end: ClockTime = Field(examples=["17:00"])
    pause_minutes: int = Field(0, ge=0, le=240)

    def shift(self) -> Shift:
        return Shift(self.weekday, self.start, self.end, self.pause_minutes)

    @classmethod
    def of(cls, shift: Shift) -> "ShiftBody":
        return cls(weekday=shift.weekday, start=shift.start, end=shift.end, pause_minutes=shift.pause)


class QualificationBody(Body):
    """A proof that some work asks for, such as `HIGH_VOLTAGE`; without `valid_until` it does not end."""

    code: Need
    valid_until: Day | None = None


class EmploymentBody(Body):
    """What holds of somebody from a day on. No shifts: works here no more. Skills: which classes hours count for."""

    model_config = example(
        {
            "effective_from": "2025-07-01",
            "shifts": [{"weekday": 0, "start": "08:00", "end": "17:00", "pause_minutes": 60}],
            "work_classes": ["PM", "GR"],
            "qualifications": [{"code": "HIGH_VOLTAGE", "valid_until": "2026-12-31"}],
            "receives": False,
        }
    )

    effective_from: Day = Field(description=FROM)
    shifts: list[ShiftBody] = Field([], max_length=21)
    work_classes: list[BookableClass] = Field([], max_length=3, description="Empty: no technician")
    qualifications: list[QualificationBody] = Field([], max_length=10)
    receives: bool = Field(False, description="Receives vehicles: an advisor")

    def employment(self) -> Employment:
        return Employment(
            effective_from=self.effective_from,
            shifts=tuple(shift.shift() for shift in self.shifts),
            work_classes=tuple(dict.fromkeys(self.work_classes)),
            qualifications=tuple(Qualification(q.code, q.valid_until) for q in self.qualifications),
            receives=self.receives,
        )

    @classmethod
    def of(cls, told: Employment) -> "EmploymentBody":
        return cls(
            effective_from=told.effective_from,
            shifts=[ShiftBody.of(shift) for shift in told.shifts],
            work_classes=list(told.work_classes),
            qualifications=[QualificationBody(code=q.code, valid_until=q.valid_until) for q in told.qualifications],
            receives=told.receives,
        )


class LeaveBody(Body):
    """Away from a day to another, both included."""

    first: Day
    last: Day
    reason: LeaveReason = LeaveReason.HOLIDAY


class LeavesBody(Body):
    """All leaves that are not over yet."""

    model_config = example({"leaves": [{"first": "2025-07-07", "last": "2025-07-11", "reason": "TRAINING"}]})

    leaves: list[LeaveBody] = Field(max_length=60)

    def granted(self) -> tuple[Leave, ...]:
        return tuple(Leave(leave.first, leave.last, leave.reason) for leave in self.leaves)


class ShopBody(Body):
    """What the shop has from a day on, beside its people."""

    model_config = example(
        {
            "effective_from": "2025-07-01",
            "bays": [{"work_class": "PM", "bays": 3}],
            "quick_lane": 1,
            "walk_in_reserve": [{"work_class": "GR", "hours": 2}],
            "mix": {"PM": 70, "GR": 30},
            "holidays": "CN",
        }
    )

    effective_from: Day = Field(description=FROM)
    bays: list[BaysBody] = Field([], max_length=3)
    quick_lane: int = Field(0, ge=0, le=50)
    walk_in_reserve: list[ReserveBody] = Field([], max_length=3)
    mix: dict[BookableClass, Annotated[int, Field(ge=0, le=100)]] = Field(
        {}, description="Shares in percent; left out: the network's, 70 PM and 30 GR by default"
    )
    holidays: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = Field(
        "", description="Country whose public holidays and made-up working days are kept; empty: none"
    )

    service_days: int = Field(180, ge=1, le=3650, description="Maintenance is due after so many days")
    service_km: int = Field(10_000, ge=1, le=1_000_000, description="or so many kilometres, whichever is first")
    reserve_reason: Annotated[str, StringConstraints(max_length=1000)] = Field(
        "", description="Why the reserve is what it is; said by itself where it was learned"
    )
    learned_reserve: list[ReserveBody] | None = Field(
        None,
        max_length=3,
        description="Kept free for additional work beside the walk-in reserve, as it was learned; "
        "left out: as it is, an empty list: none",
    )

    def shop(self, mix: Mix) -> Shop:
        bays = tuple(ClassBays(one.work_class, one.bays) for one in self.bays)
        reserve = tuple(part.value() for part in self.walk_in_reserve)
        service = ServicePlan(days=self.service_days, kilometres=self.service_km)
        learned = None if self.learned_reserve is None else tuple(part.value() for part in self.learned_reserve)
        return Shop(
            self.effective_from,
            bays,
            self.quick_lane,
            reserve,
            self.mix or mix,
            self.holidays,
            service,
            self.reserve_reason,
            learned,
        )

    @classmethod
    def of(cls, shop: Shop) -> "ShopBody":
        learned = shop.learned_apart
        return cls(
            effective_from=shop.effective_from,
            bays=[BaysBody(work_class=one.work_class, bays=one.bays) for one in shop.bays],
            quick_lane=shop.quick_lane,
            walk_in_reserve=[ReserveBody.of(part) for part in shop.walk_in_reserve],
            mix=dict(shop.mix),
            holidays=shop.holidays,
            service_days=shop.service.days,
            service_km=shop.service.kilometres,
            reserve_reason=shop.reserve_reason,
            learned_reserve=None if learned is None else [ReserveBody.of(part) for part in learned],
        )


class LearnedReserveBody(Body):
    """From when on the hours found later than booked are kept free."""

    model_config = example({"effective_from": "2025-07-01"})

    effective_from: Day = Field(description=FROM)


class OpeningBody(Body):
    """Opening hours of one day on the dealer's clock."""

    opens: ClockTime
    closes: ClockTime


class DayRuleBody(Body):
    """The dealer's own word on one day; it outweighs the public calendar."""

    model_config = example({"closed": False, "works_like": 0, "opening": {"opens": "09:00", "closes": "15:00"}})

    closed: bool
    works_like: int | None = Field(None, ge=0, le=6, description="Weekday whose shifts are worked; Monday is 0")
    opening: OpeningBody | None = Field(None, description="Other hours than usual")
    reason: Annotated[str, StringConstraints(max_length=80)] = ""

    def rule(self, day: date) -> DayRule:
        opening = (self.opening.opens, self.opening.closes) if self.opening else None
        return DayRule(day, self.closed, self.works_like, opening, self.reason)


class MemberOut(BaseModel):
    """One of the staff, with all versions."""

    code: str
    employments: list[EmploymentBody]
    leaves: list[LeaveBody]

    @classmethod
    def of(cls, member: Member) -> "MemberOut":
        return cls(
            code=member.code,
            employments=[EmploymentBody.of(one) for one in member.employments],
            leaves=[LeaveBody(first=leave.first, last=leave.last, reason=leave.reason) for leave in member.leaves],
        )


class DayRuleOut(DayRuleBody):
    day: date

    @classmethod
    def of(cls, rule: DayRule) -> "DayRuleOut":
        opening = OpeningBody(opens=rule.opening[0], closes=rule.opening[1]) if rule.opening else None
        told = {"closed": rule.closed, "works_like": rule.works_like, "reason": rule.reason}
        return cls(day=rule.day, opening=opening, **told)


class CalendarOut(BaseModel):
    """Staff, versions of the shop, and the dealer's own words on single days."""

    staff: list[MemberOut]
    shops: list[ShopBody]
    days: list[DayRuleOut]

    @classmethod
    def of(cls, calendar: Calendar) -> "CalendarOut":
        return cls(
            staff=[MemberOut.of(member) for member in calendar.staff],
            shops=[ShopBody.of(shop) for shop in calendar.shops],
            days=[DayRuleOut.of(rule) for rule in calendar.days],
        )


class PlannedDayOut(BaseModel):
    """What the calendar makes of a day. ``said``: the public holiday, the made-up working day, or the dealer's word."""

    day: date
    works: bool
    said: str
    hours_by_class: dict[WorkClass, float]
    plan: PlanOut

    @classmethod
    def of(cls, day: date, plan: CapacityPlan, said: str) -> "PlannedDayOut":
        classes = (WorkClass.PM, WorkClass.GR, WorkClass.QUICK_SERVICE)
        hours = {work_class: plan.available(work_class).hours for work_class in classes}
        works = plan != CapacityPlan()
        return cls(day=day, works=works, said=said, hours_by_class=hours, plan=PlanOut.of(plan))


class PlannedDaysOut(BaseModel):
    items: list[PlannedDayOut]
