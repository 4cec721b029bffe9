"""What booking is told from outside: the network's figures for the rules, as ``SEVENSTEP_BOOKING_…``."""

from datetime import timedelta

from chassis.settings import ServiceSettings
from contracts.values import WorkClass
from pydantic import Field

from booking.domain.policy import Policy


class Settings(ServiceSettings):
    """Settings of booking."""

    hold_minutes: int = Field(15, ge=1, le=24 * 60, validation_alias="SEVENSTEP_BOOKING_HOLD_MINUTES")
    """How long a slot is held while the customer decides (B15)."""
    mix_pm_percent: int = Field(70, ge=0, le=100, validation_alias="SEVENSTEP_BOOKING_MIX_PM_PERCENT")
    """Maintenance's share of a technician who does both; the rest is repair (B1)."""
    most_uplift_percent: int = Field(10, ge=0, le=100, validation_alias="SEVENSTEP_BOOKING_MOST_UPLIFT_PERCENT")
    """Limit of the uplift on a list price (B6)."""
    price_step: int = Field(100, ge=1, validation_alias="SEVENSTEP_BOOKING_PRICE_STEP")
    """Estimated prices are rounded up to this many minor units (B6)."""
    horizon_days: int = Field(180, ge=1, le=730, validation_alias="SEVENSTEP_BOOKING_HORIZON_DAYS")
    """How far ahead can be booked."""

    offer_wait_minutes: int = Field(120, ge=1, le=48 * 60, validation_alias="SEVENSTEP_BOOKING_OFFER_WAIT_MINUTES")
    """How long a freed place is held for one who waits (B16)."""

    def policy(self) -> Policy:
        """The settings as the rules see them."""
        return Policy(
            hold=timedelta(minutes=self.hold_minutes),
            class_mix={WorkClass.PM: self.mix_pm_percent, WorkClass.GR: 100 - self.mix_pm_percent},
            most_uplift_percent=self.most_uplift_percent,
            price_step=self.price_step,
            horizon_days=self.horizon_days,
            offer_wait=timedelta(minutes=self.offer_wait_minutes),
        )
