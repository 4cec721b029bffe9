"""Closed vocabularies at the door. Readers of events let new words pass; the door refuses what it does not know."""

from typing import Annotated

from chassis.field_texts import Unfit
from contracts.crm import ComplaintClass, CustomerKind, Purpose, VehicleRole
from contracts.values import Channel, OpenEnum
from pydantic import AfterValidator


def _known(word: OpenEnum) -> OpenEnum:
    """A word that is misspelt reads as ``UNKNOWN``: it would refuse no channel, and find no contact."""
    if word == "UNKNOWN":
        raise Unfit("Use one of {expected}", expected=", ".join(known for known in type(word) if known != "UNKNOWN"))
    return word


KnownChannel = Annotated[Channel, AfterValidator(_known)]
KnownPurpose = Annotated[Purpose, AfterValidator(_known)]
KnownComplaintClass = Annotated[ComplaintClass, AfterValidator(_known)]
KnownKind = Annotated[CustomerKind, AfterValidator(_known)]
KnownRole = Annotated[VehicleRole, AfterValidator(_known)]
