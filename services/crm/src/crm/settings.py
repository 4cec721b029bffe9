"""What customer relations is told from outside."""

from datetime import timedelta

from chassis.settings import ServiceSettings
from contracts.values import StaffId
from pydantic import Field

from crm.domain.complaint import Deadlines, Intake


class Settings(ServiceSettings):
    """Settings of customer relations: environment variables ``SEVENSTEP_CRM_…``."""

    complaint_hours: int = Field(72, ge=1, validation_alias="SEVENSTEP_CRM_COMPLAINT_HOURS")
    """Time for the solution of an ordinary complaint (C5)."""
    important_complaint_hours: int = Field(24, ge=1, validation_alias="SEVENSTEP_CRM_IMPORTANT_COMPLAINT_HOURS")
    """Time for the solution of an important complaint (C5)."""
    complaint_handler: StaffId = Field("cr-manager", validation_alias="SEVENSTEP_CRM_COMPLAINT_HANDLER")
    """Who owns a complaint that names no handler, for example one out of a low score (V4)."""

    def intake(self) -> Intake:
        """How complaints are taken in."""
        ordinary, important = timedelta(hours=self.complaint_hours), timedelta(hours=self.important_complaint_hours)
        return Intake(Deadlines(ordinary, important), self.complaint_handler)
