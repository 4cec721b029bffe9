"""Booking's own figures: rates, use, sources, arrivals, forecast, learned reserve (B13, B14, B20)."""

from datetime import date
from typing import Annotated

from chassis.access import Look, reader
from chassis.tables import AS_TABLE, told
from chassis.texts import Words, words
from contracts.values import Day, WorkClass
from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from booking.api.words import DealerPath
from booking.domain.figures import ClassFigures, Figures, LearnedReserve, SourceFigures
from booking.domain.forecast import METHOD_TEXT
from booking.projections.booking_figures import figures_of, forecast_of, reserves_of
from booking.usecases.learn_reserve import because

router = APIRouter(tags=["figures"])
READERS = ("manager", "dispatcher", "agent", "area_manager")


class ClassFiguresOut(BaseModel):
    """Hours of one class over the period. `utilisation`: assigned and carried-over hours by available ones."""

    work_class: WorkClass
    available: float
    assigned: float
    carried_over: float
    utilisation: float | None
    share_of_assigned: float | None

    @classmethod
    def of(cls, work_class: WorkClass, sums: ClassFigures, share: float | None) -> "ClassFiguresOut":
        return cls(
            work_class=work_class,
            available=sums.available / 60,
            assigned=sums.assigned / 60,
            carried_over=sums.carried_over / 60,
            utilisation=sums.utilisation,
            share_of_assigned=share,
        )


class SourceOut(BaseModel):
    """What one way of advertising brought. An empty source: nobody asked."""

    source: str
    booked: int
    arrived: int
    missed: int
    cancelled: int

    @classmethod
    def of(cls, source: str, sums: SourceFigures) -> "SourceOut":
        return cls(source=source, **vars(sums))


class TrafficOut(BaseModel):
    """Arrivals of one hour of one weekday (Monday is 0) on the dealer's clock."""

    weekday: int
    hour: int
    booked: int
    walk_in: int


class FiguresOut(BaseModel):
    """Counts and rates of a period; a rate is null where nothing was counted."""

    visits: int = Field(description="Vehicles received, booked or not")
    booked_visits: int
    booking_rate: float | None
    appointments: int
    missed: int
    cancelled: int
    no_show_rate: float | None
    no_show_reasons: dict[str, int]
    carry_overs: int
    carry_over_reasons: dict[str, int]
    classes: list[ClassFiguresOut]
    sources: list[SourceOut]
    traffic: list[TrafficOut]

    @classmethod
    def of(cls, figures: Figures) -> "FiguresOut":
        same = ("visits", "booked_visits", "booking_rate", "appointments", "missed", "cancelled", "no_show_rate")
        hours = sorted({(weekday, hour) for weekday, hour, _ in figures.traffic})
        return cls(
            **{name: getattr(figures, name) for name in (*same, "carry_overs")},
            no_show_reasons=dict(figures.no_show_reasons),
            carry_over_reasons=dict(figures.carry_over_reasons),
            classes=[ClassFiguresOut.of(c, sums, figures.mix(c)) for c, sums in figures.classes.items()],
            sources=[SourceOut.of(source, sums) for source, sums in sorted(figures.sources.items())],
            traffic=[
                TrafficOut(
                    weekday=weekday,
                    hour=hour,
                    booked=figures.traffic[weekday, hour, True],
                    walk_in=figures.traffic[weekday, hour, False],
                )
                for weekday, hour in hours
            ],
        )


class ExpectedOut(BaseModel):
    day: date
    bookings: float | None = Field(description="null: no same weekday was worked yet")


class ForecastOut(BaseModel):
    """The method, its figures, and its mean error in the past beside that of "as many as a week before"."""

    method: str
    days: list[ExpectedOut]
    tried_on_days: int
    error: float | None
    error_of_last_week: float | None


class ReserveOut(BaseModel):
    """Hours to keep free for work that is found later. `reserve` null: too few visits to learn from."""

    work_class: WorkClass
    reserve: float | None
    because: str

    @classmethod
    def of(cls, learned: LearnedReserve, words: Words) -> "ReserveOut":
        hours = None if learned.reserve is None else round(learned.reserve / 60, 2)
        return cls(work_class=learned.work_class, reserve=hours, because=because(learned, words))


class ReservesOut(BaseModel):
    day: date
    items: list[ReserveOut]


@router.get("/dealers/{dealer_id}/figures", response_model=FiguresOut, responses=AS_TABLE)
async def read_booking_figures(
    dealer_id: DealerPath,
    request: Request,
    first: Annotated[Day, Query(alias="from", examples=["2025-06-01"])],
    last: Annotated[Day, Query(alias="to", examples=["2025-06-30"])],
    look: Look = Depends(reader(*READERS)),
) -> FiguresOut | Response:
    """Booking rate, no-shows, mix and use of hours, carry-overs, sources, and arrivals by hour. At most 92 days."""
    figures = FiguresOut.of(await figures_of(look.unit, dealer_id, first, last))
    return told(request, figures, {"work_class": "work-class", "source": "source"})


@router.get("/dealers/{dealer_id}/forecast", response_model=ForecastOut, responses=AS_TABLE)
async def read_forecast(
    dealer_id: DealerPath,
    request: Request,
    days: Annotated[int, Query(ge=1, le=31)] = 14,
    look: Look = Depends(reader(*READERS)),
    spoken: Words = Depends(words),
) -> ForecastOut | Response:
    """Expected bookings of the coming days: the mean of the last eight same weekdays worked, tried on the past."""
    found = await forecast_of(look.unit, dealer_id, days)
    forecast = ForecastOut(
        method=spoken.say(METHOD_TEXT),
        days=[ExpectedOut(day=one.day, bookings=one.bookings) for one in found.days],
        tried_on_days=found.tried.days,
        error=found.tried.error,
        error_of_last_week=found.tried.error_of_last_week,
    )
    return told(request, forecast)


@router.get("/dealers/{dealer_id}/reserve-proposal", response_model=ReservesOut)
async def read_reserve_proposal(
    dealer_id: DealerPath,
    day: Annotated[Day, Query(description="Whose hours the reserve is for", examples=["2025-06-23"])],
    look: Look = Depends(reader(*READERS)),
    spoken: Words = Depends(words),
) -> ReservesOut:
    """Hours for additional work, learned from the dealer's own last eight weeks, with the reason.

    A proposal for the hours of that day. The planner takes it over with `PUT …/calendar/learned-reserve`, which reckons
    with the hours of the mean day worked, or plans another figure.
    """
    learned = await reserves_of(look.unit, dealer_id, day)
    return ReservesOut(day=day, items=[ReserveOut.of(one, spoken) for one in learned])
