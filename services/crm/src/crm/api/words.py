"""Closed vocabularies at the door. Readers of events let new words pass; the door refuses what it does not know."""

from typing import Annotated

from chassis.field_texts import known
from contracts.crm import ComplaintClass, CustomerKind, Purpose, VehicleRole
from contracts.values import Channel
from pydantic import AfterValidator

KnownChannel = Annotated[Channel, AfterValidator(known)]
KnownPurpose = Annotated[Purpose, AfterValidator(known)]
KnownComplaintClass = Annotated[ComplaintClass, AfterValidator(known)]
KnownKind = Annotated[CustomerKind, AfterValidator(known)]
KnownRole = Annotated[VehicleRole, AfterValidator(known)]
