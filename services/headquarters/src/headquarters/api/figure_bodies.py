"""Figures and their explanations as they are answered."""

from datetime import date, datetime
from typing import Any, Self

from chassis.paging import Listing
from contracts.values import DealerId
from pydantic import BaseModel, Field

from headquarters.domain.dealer import Dealer
from headquarters.domain.figures import FIGURES, HUNDREDTHS, Figure, Row, Sums
from headquarters.domain.period import Period
from headquarters.projections.figures import figures_of


class FigureAnswer(BaseModel):
    """A figure. ``value`` is null where nothing was there to be divided by. Rates are 0 to 1, satisfaction 0 to 100."""

    value: float | int | None
    numerator: int | None = Field(None, description="Above the line; scores in hundredths")
    denominator: int | None = None
    formula: str

    @classmethod
    def all_of(cls, sums: Sums) -> dict[str, Self]:
        return {
            name: cls.model_validate({**figure, "formula": FIGURES[name].formula})
            for name, figure in figures_of(sums).items()
        }


class DealerFiguresAnswer(BaseModel):
    """One dealer's figures of a period. Days are the dealer's own."""

    dealer_id: DealerId
    name: str
    region: str
    area: str
    group: str
    figures: dict[str, FigureAnswer]

    @classmethod
    def of(cls, dealer: Dealer, sums: Sums) -> Self:
        registration = dealer.registration
        return cls(
            dealer_id=dealer.dealer_id,
            name=registration.name,
            region=registration.region,
            area=registration.area,
            group=registration.group,
            figures=FigureAnswer.all_of(sums),
        )


class PeriodAnswer(BaseModel):
    """Both days are included."""

    model_config = {"populate_by_name": True, "serialize_by_alias": True}

    first: date = Field(alias="from")
    last: date = Field(alias="to")

    @classmethod
    def of(cls, period: Period) -> Self:
        return cls(first=period.first, last=period.last)


class DealerPeriodAnswer(DealerFiguresAnswer):
    period: PeriodAnswer


class NetworkAnswer(Listing[DealerFiguresAnswer]):
    """Figures of all dealers in the caller's reach together; page by page, each dealer's for comparison."""

    period: PeriodAnswer
    dealers_counted: int
    network: dict[str, FigureAnswer]


class RowAnswer(BaseModel):
    """One event behind a figure."""

    event_id: str
    type: str
    at: datetime
    day: date
    visit_id: str | None
    part: str = Field(description="The part of the formula that it counts in")
    amount: float = Field(description="What it adds to that part; negative where it takes back")

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(
            event_id=row.event_id,
            type=row.event_type,
            at=row.at,
            day=row.day,
            visit_id=row.visit_id,
            part=row.part,
            amount=row.amount / 100 if row.part in HUNDREDTHS else row.amount,
        )


class NetworkRowAnswer(RowAnswer):
    """One event behind a figure of the network, and whose it is."""

    dealer_id: DealerId

    @classmethod
    def of(cls, row: Row) -> Self:
        return cls(dealer_id=row.dealer_id, **dict(RowAnswer.of(row)))


class _Explained(BaseModel):
    """Which figure it is, and the parts above and below its line."""

    figure: str
    formula: str
    numerator: list[str]
    denominator: list[str]

    @staticmethod
    def parts_of(formula: Figure) -> dict[str, Any]:
        return {
            "figure": formula.name,
            "formula": formula.formula,
            "numerator": list(formula.numerator),
            "denominator": list(formula.denominator),
        }


class ExplanationAnswer(Listing[RowAnswer], _Explained):
    """The events that made a figure, by time. Summed by part and put into the formula they give the figure again."""


class NetworkExplanationAnswer(Listing[NetworkRowAnswer], _Explained):
    """The same over all dealers in the caller's reach: the events of the network's figure, each with its dealer."""
