"""What a contact says, opened and rendered when somebody reads or sends it; nothing of this is stored."""

from dataclasses import dataclass

from chassis.unit import Unit
from contracts.values import Channel

from crm.domain import texts
from crm.domain.contact import Contact
from crm.storage.customers import speaking_customer
from crm.storage.dealers import known_dealer


@dataclass(frozen=True, slots=True)
class Message:
    """``phone`` and ``name`` are None once the person was erased."""

    contact_id: str
    channel: Channel | None
    name: str | None
    phone: str | None
    text: str
    link: str | None


async def message_of(unit: Unit, contact: Contact) -> Message:
    """The message, or the agent's script, of a contact."""
    dealer = await known_dealer(unit, contact.dealer_id)
    customer = await speaking_customer(unit, contact.person_id)
    name = await unit.open(customer.name) if customer else None
    link = await unit.open(contact.link)
    text = texts.render(
        contact.purpose,
        dealer.language,
        contact.raise_topics,
        zone=dealer.zone,
        about=contact.about,
        name=name,
        dealer=dealer.display_name,
        link=link,
    )
    phone = await unit.open(customer.phone) if customer else None
    return Message(contact.contact_id, contact.channel, name, phone, text, link)
