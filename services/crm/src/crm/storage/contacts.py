"""Contacts: requests, messages and call tasks."""

from chassis.documents import Documents

from crm.domain.contact import Contact, due_times

CONTACTS = Documents(
    "contacts",
    "contact",
    Contact,
    id_of=lambda contact: contact.contact_id,
    timers=due_times,
    indexes=[("person_id", "made_at"), ("visit_id", "requested_at"), ("state", "requested_at"), ("requested_at",)],
)
