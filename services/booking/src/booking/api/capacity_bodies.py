"""Capacity plans as they are sent and shown (B1)."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from chassis.field_texts import Unfit
from contracts.values import Day, StaffId, TechnicianHours, WorkClass
from pydantic import BaseModel, Field, model_validator

from booking.api.words import Body, BookableClass, ClassHoursBody, Code, Need, PlannedHours, ReserveBody, example
from booking.domain.calendar import Calendar, WeekdayPlan
from booking.domain.capacity import Balance, CapacityPlan, ClassBays, TechnicianPlan, share_out
from booking.domain.dealer_day import DealerDay

Mix = Mapping[WorkClass, int]


class TechnicianBody(Body):
    """One technician of the day: either hours by class, or hours with the classes of his skills, shared by the mix."""

    model_config = example({"technician": "sean", "hours": 8, "work_classes": ["PM", "GR"]})

    technician: Code
    hours_by_class: list[ClassHoursBody] = Field([], max_length=3)
    hours: PlannedHours | None = None
    work_classes: list[BookableClass] = Field([], max_length=3)
    qualifications: list[Need] = Field([], max_length=10, description="Valid on the day, such as HIGH_VOLTAGE")

    @model_validator(mode="after")
    def _one_way(self) -> "TechnicianBody":
        by_mix = self.hours is not None and bool(self.work_classes)
        if by_mix == bool(self.hours_by_class):
            raise Unfit("give either hours_by_class, or hours together with work_classes")
        return self

    def plan(self, mix: Mix) -> TechnicianPlan:
        if self.hours is None:
            parts = tuple(part.value() for part in self.hours_by_class)
            return TechnicianPlan(self.technician, parts, tuple(self.qualifications))
        classes = tuple(dict.fromkeys(self.work_classes))
        parts = share_out(TechnicianHours.of(self.hours), classes, mix)
        return TechnicianPlan(self.technician, parts, tuple(self.qualifications))


class BaysBody(Body):
    """Bays in which work of one class can be done. A class that is not named is not limited by bays."""

    work_class: BookableClass
    bays: int = Field(ge=0, le=500)


PLAN_EXAMPLE = {
    "technicians": [
        {"technician": "sean", "hours_by_class": [{"work_class": "PM", "hours": 8}]},
        {"technician": "tim", "hours": 8, "work_classes": ["PM", "GR"]},
    ],
    "walk_in_reserve": [{"work_class": "GR", "hours": 2}],
    "bays": [{"work_class": "PM", "bays": 3}],
    "advisors": ["anna", "bo"],
}


class PlanBody(Body):
    """What a day offers: shifts less leave by class, walk-in reserve, bays, and the advisors on duty."""

    model_config = example(PLAN_EXAMPLE)

    technicians: Annotated[list[TechnicianBody], Field(max_length=200)]
    walk_in_reserve: list[ReserveBody] = Field([], max_length=3)
    bays: list[BaysBody] = Field([], max_length=3)
    advisors: list[Code] = Field([], max_length=100, description="Empty: all advisors of the dealer")
    quick_lane: int = Field(
        0, ge=0, le=50, description="Quick-service vehicles that drive straight into the lane in each slot"
    )
    mix: dict[BookableClass, Annotated[int, Field(ge=0, le=100)]] | None = Field(
        None, description="Shares of the classes in percent for technicians with several; default 70 PM, 30 GR"
    )

    def plan(self, mix: Mix) -> CapacityPlan:
        return CapacityPlan(
            technicians=tuple(technician.plan(self.mix or mix) for technician in self.technicians),
            walk_in_reserve=tuple(part.value() for part in self.walk_in_reserve),
            bays=tuple(ClassBays(bays.work_class, bays.bays) for bays in self.bays),
            advisors=tuple(dict.fromkeys(self.advisors)),
            quick_lane=self.quick_lane,
        )


class WeekdayBody(PlanBody):
    """The plan of one weekday. Monday is 0."""

    model_config = example({"weekday": 0, **PLAN_EXAMPLE})

    weekday: int = Field(ge=0, le=6)


class WeekBody(Body):
    """The ordinary week; a weekday that is not named has no hours."""

    model_config = example({"weekdays": [{"weekday": 0, **PLAN_EXAMPLE}]})

    weekdays: Annotated[list[WeekdayBody], Field(max_length=7)]
    effective_from: Day | None = Field(None, description="From this day on; left out: from today on")

    def plans(self, mix: Mix) -> tuple[WeekdayPlan, ...]:
        return tuple(WeekdayPlan(day.weekday, day.plan(mix)) for day in self.weekdays)


class BalanceOut(BaseModel):
    """Hours of one class: bookable = available - assigned - carry_over_reserve - walk_in_reserve."""

    work_class: WorkClass
    available: float
    assigned: float
    carry_over_reserve: float
    walk_in_reserve: float
    bookable: float
    overloaded: bool

    @classmethod
    def of(cls, balance: Balance) -> "BalanceOut":
        return cls(
            work_class=balance.work_class,
            available=balance.available.hours,
            assigned=balance.assigned.hours,
            carry_over_reserve=balance.carry_over_reserve.hours,
            walk_in_reserve=balance.walk_in_reserve.hours,
            bookable=balance.bookable.hours,
            overloaded=balance.overloaded,
        )


class TechnicianOut(BaseModel):
    technician: StaffId
    hours_by_class: list[ClassHoursBody]
    qualifications: list[str]


class PlanOut(BaseModel):
    """A plan with every technician's hours by class."""

    technicians: list[TechnicianOut]
    walk_in_reserve: list[ReserveBody]
    bays: list[BaysBody]
    advisors: list[StaffId]
    quick_lane: int

    @classmethod
    def of(cls, plan: CapacityPlan) -> "PlanOut":
        return cls(
            technicians=[
                TechnicianOut(
                    technician=t.technician,
                    hours_by_class=[ClassHoursBody.of(part) for part in t.hours],
                    qualifications=list(t.qualifications),
                )
                for t in plan.technicians
            ],
            walk_in_reserve=[ReserveBody.of(part) for part in plan.walk_in_reserve],
            bays=[BaysBody(work_class=bays.work_class, bays=bays.bays) for bays in plan.bays],
            advisors=list(plan.advisors),
            quick_lane=plan.quick_lane,
        )


class CapacityOut(BaseModel):
    """A day's plan and what is left of it. ``own_plan`` false: the day follows the weekly calendar."""

    day: date
    own_plan: bool
    plan: PlanOut


class DayCapacityOut(CapacityOut):
    balances: list[BalanceOut]


class WeekdayOut(PlanOut):
    weekday: int


class WeekOut(BaseModel):
    weekdays: list[WeekdayOut]

    @classmethod
    def of(cls, calendar: Calendar) -> "WeekOut":
        """The week that was planned last."""
        return cls.on(date.max, calendar)

    @classmethod
    def on(cls, day: date, calendar: Calendar) -> "WeekOut":
        """The week that holds on a day."""
        week = calendar.week_on(day)
        plans = week.weekdays if week else ()
        return cls(weekdays=[WeekdayOut(weekday=p.weekday, **PlanOut.of(p.plan).model_dump()) for p in plans])


def planned(day: DealerDay) -> CapacityOut:
    """The answer to a command: the plan alone, for the balance belongs to a moment."""
    return CapacityOut(day=day.day, own_plan=day.own_plan, plan=PlanOut.of(day.plan))
