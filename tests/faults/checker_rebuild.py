"""Headquarters' figures, made once more from nothing but the topics: they must be what the live service has (H9)."""

from collections.abc import Iterator

from chassis.facts import Fact
from chassis.scopes import Dealers
from chassis.testing import MemoryStore, memory_unit
from checker import Evidence
from checker_story import Violation

SERVICE = "headquarters"
OWN = "dealers"
"""Headquarters' own aggregate: not a projection."""
A_BATCH = 200


async def rebuilt_is_live(evidence: Evidence) -> list[Violation]:
    """Folds all facts partition by partition, which is another order than the live one."""
    kept = evidence.kept[SERVICE]
    (consumer,) = kept.built.consumers
    listened = {event.wire_type: event for event in consumer.handlers}
    store = MemoryStore()
    store.documents[OWN] = dict(kept.documents[OWN])
    facts = sorted(
        (fact for fact in evidence.ledger.facts.values() if fact.envelope.type in listened),
        key=lambda fact: (fact.envelope.topic, fact.partition, fact.offset),
    )
    for start in range(0, len(facts), A_BATCH):
        unit = memory_unit(store=store)
        for announced in facts[start : start + A_BATCH]:
            envelope = announced.envelope
            event = listened[envelope.type].model_validate_json(announced.value)
            fact = Fact(
                id=envelope.id,
                type=envelope.type,
                dealer_id=envelope.dealer_id,
                visit_id=envelope.visit_id,
                actor=envelope.actor,
                aggregate=envelope.aggregate,
                key=envelope.key,
                sequence=envelope.sequence,
                at=envelope.at,
                recorded_at=envelope.recorded_at,
                traceparent=envelope.traceparent,
                event=event,
            )
            unit.begin(scope=Dealers.of(fact.dealer_id), actor=fact.actor, visit_id=fact.visit_id)
            await consumer.handlers[type(event)](unit, fact)
        await unit.commit()
    return list(_differences(evidence, store))


def _differences(evidence: Evidence, store: MemoryStore) -> Iterator[Violation]:
    kept = evidence.kept[SERVICE]
    for documents in kept.built.documents:
        live, made = kept.documents[documents.name], store.documents.get(documents.name, {})
        for id in sorted(live.keys() | made.keys()) if documents.name != OWN else ():
            there, again = _state(live.get(id)), _state(made.get(id))
            if (there or again)["dealer_id"] in evidence.scope and there != again:
                differ = sorted(name for name in there.keys() | again.keys() if there.get(name) != again.get(name))
                why = f"{documents.name} {id} differs from what the topics say in {', '.join(differ[:6])}"
                yield Violation("rebuilt-is-live", why, (live.get(id) or made[id]).get("visit_id") or "")


def _state(raw: dict[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (raw or {}).items() if not name.startswith("_")}
