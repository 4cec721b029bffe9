"""What reception is told from outside: the network's policy, beyond what every service is told."""

from chassis.settings import ServiceSettings
from pydantic import Field

from reception.domain.policy import AuxiliaryTime, Policy
from reception.domain.warranty import WarrantyRule

_USUAL = Policy()
MOST_PHOTO_BYTES = 8_000_000
"""What one request carries at most; the network's own limit lies below."""


class Settings(ServiceSettings):
    """Settings of reception; variables begin with ``SEVENSTEP_RECEPTION_``."""

    greeting_target_seconds: int = Field(
        _USUAL.greeting_target_seconds, ge=1, validation_alias="SEVENSTEP_RECEPTION_GREETING_TARGET_SECONDS"
    )
    contingency_percent_max: int = Field(
        _USUAL.contingency_percent_max, ge=0, le=100, validation_alias="SEVENSTEP_RECEPTION_CONTINGENCY_PERCENT_MAX"
    )
    auxiliary_minutes: dict[str, int] = Field(
        {part.name: part.minutes for part in _USUAL.auxiliary},
        validation_alias="SEVENSTEP_RECEPTION_AUXILIARY_MINUTES",
        description="R11: what a promised time needs beside the work, by name",
    )
    link_hours: int = Field(_USUAL.link_hours, ge=1, le=24 * 30, validation_alias="SEVENSTEP_RECEPTION_LINK_HOURS")
    check_digit_markets: tuple[str, ...] = Field(
        _USUAL.check_digit_markets,
        validation_alias="SEVENSTEP_RECEPTION_CHECK_DIGIT_MARKETS",
        description="R19: countries (ISO 3166) whose VINs carry a check digit",
    )

    photo_bytes: int = Field(
        _USUAL.photo_bytes,
        ge=10_000,
        le=MOST_PHOTO_BYTES,
        validation_alias="SEVENSTEP_RECEPTION_PHOTO_BYTES",
        description="R5: of one photo",
    )
    visit_photos: int = Field(
        _USUAL.visit_photos, ge=1, le=500, validation_alias="SEVENSTEP_RECEPTION_VISIT_PHOTOS", description="R5"
    )
    visit_photo_bytes: int = Field(
        _USUAL.visit_photo_bytes,
        ge=10_000,
        validation_alias="SEVENSTEP_RECEPTION_VISIT_PHOTO_BYTES",
        description="R5: of all photos of a visit together",
    )

    warranty_rules: tuple[WarrantyRule, ...] = Field(
        _USUAL.warranty,
        validation_alias="SEVENSTEP_RECEPTION_WARRANTY_RULES",
        description="R8: the maker's warranty policy as JSON; the first rule that fits a line holds",
    )

    @property
    def policy(self) -> Policy:
        return Policy(
            greeting_target_seconds=self.greeting_target_seconds,
            contingency_percent_max=self.contingency_percent_max,
            auxiliary=tuple(AuxiliaryTime(name, minutes) for name, minutes in self.auxiliary_minutes.items()),
            link_hours=self.link_hours,
            check_digit_markets=self.check_digit_markets,
            photo_bytes=self.photo_bytes,
            visit_photos=self.visit_photos,
            visit_photo_bytes=self.visit_photo_bytes,
            warranty=self.warranty_rules,
        )
