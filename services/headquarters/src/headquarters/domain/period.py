"""Which days a figure is asked for."""

from dataclasses import dataclass
from datetime import date, timedelta

from headquarters.domain.errors import PeriodInvalid

LONGEST_PERIOD = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days of the dealer's calendar, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise PeriodInvalid("`to` is before `from`: both are days, and both are included")
        if self.last - self.first >= LONGEST_PERIOD:
            raise PeriodInvalid(f"a period has at most {LONGEST_PERIOD.days} days: ask for parts of it")
