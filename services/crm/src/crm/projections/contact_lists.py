"""Contacts by visit, purpose and state (C4)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from chassis.unit import Unit
from contracts.crm import Purpose

from crm.domain.contact import Contact, ContactState
from crm.storage.contacts import CONTACTS
from crm.storage.newest_first import Seen, newest_first


@dataclass(frozen=True, slots=True)
class ContactFilter:
    """What is left out does not narrow."""

    visit_id: str | None = None
    purpose: Purpose | None = None
    states: Collection[ContactState] = ()


async def contacts_found(unit: Unit, asked: ContactFilter, *, limit: int, after: Seen | None = None) -> list[Contact]:
    """Newest request first."""
    wanted: dict[str, Any] = {}
    if asked.visit_id:
        wanted["visit_id"] = asked.visit_id
    if asked.purpose:
        wanted["purpose"] = asked.purpose
    if asked.states:
        wanted["state"] = {"$in": list(asked.states)}
    return await newest_first(unit, CONTACTS, wanted, by=("requested_at", "contact_id"), limit=limit, after=after)
