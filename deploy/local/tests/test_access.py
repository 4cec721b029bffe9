"""On the real servers: each service may do its own work, and nobody else's."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from confluent_kafka import KafkaException
from confluent_kafka.admin import ConfigResource, ResourceType
from contracts.event import topic_of
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from sevenstep.description import StackDescription
from sevenstep.kafka_access import PARTITIONS, admin_client, aiokafka_settings
from sevenstep.servers import KafkaAccess
from sevenstep.servers.choice import FORCED
from sevenstep.stack import Stack, StackOptions

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def secured(servers: StackDescription) -> Iterator[StackDescription]:
    """Servers with users and access lists: the session's, or native ones where those have none (Docker)."""
    if all("SEVENSTEP_KAFKA_USERNAME" in settings for settings in servers.environment.values()):
        yield servers
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(FORCED, "native")
        with Stack(StackOptions(name=f"secured-{os.getpid()}", services=[], discard=True)) as stack:
            yield stack.description


def kafka_settings(servers: StackDescription, service: str) -> dict[str, Any]:
    env = servers.environment[service]
    own = (env[f"SEVENSTEP_KAFKA_{what}"] for what in ("BOOTSTRAP", "USERNAME", "PASSWORD"))
    return aiokafka_settings(KafkaAccess(*own))


def mongo_client(servers: StackDescription, service: str) -> AsyncMongoClient:
    return AsyncMongoClient(servers.environment[service]["SEVENSTEP_MONGO_URL"])


def administrator(servers: StackDescription) -> KafkaAccess:
    return KafkaAccess.told(servers.kafka)


async def test_a_service_announces_on_its_own_topic_and_others_read_it(secured):
    topic = topic_of("survey")
    async with AIOKafkaProducer(**kafka_settings(secured, "survey"), enable_idempotence=True, acks="all") as producer:
        sent = await producer.send_and_wait(topic, b"fact", key=b"access-test")
    consumer = AIOKafkaConsumer(
        topic, group_id="crm.test", auto_offset_reset="earliest", **kafka_settings(secured, "crm")
    )
    async with consumer:
        async for message in consumer:
            if (message.partition, message.offset) == (sent.partition, sent.offset):
                assert message.value == b"fact"
                break
        await consumer.commit()


async def test_a_service_cannot_write_to_anothers_topic(secured):
    async with AIOKafkaProducer(**kafka_settings(secured, "crm"), enable_idempotence=True, acks="all") as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(topic_of("booking"), b"a lie")


async def test_a_service_cannot_read_in_anothers_group(secured):
    consumer = AIOKafkaConsumer(topic_of("booking"), group_id="booking.spy", **kafka_settings(secured, "crm"))
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.start()
            await consumer.getone()
    finally:
        await consumer.stop()


def test_a_wrong_password_does_not_get_in(secured):
    stranger = KafkaAccess(secured.kafka["bootstrap"], "booking", "guessed")
    with pytest.raises(KafkaException):
        admin_client(stranger).list_topics(timeout=2)


def test_topics_exist_with_all_partitions_and_keep_facts_for_ever(secured):
    client = admin_client(administrator(secured))
    topics = client.list_topics(timeout=10).topics
    for service in secured.environment:
        assert len(topics[topic_of(service)].partitions) == PARTITIONS
    resource = ConfigResource(ResourceType.TOPIC, topic_of("booking"))
    (config,) = client.describe_configs([resource]).values()
    assert config.result()["retention.ms"].value == "-1"


async def test_a_topic_nobody_made_is_not_made_by_writing_to_it(secured):
    client = admin_client(administrator(secured))
    client.list_topics("mistyped.events", timeout=5)
    assert "mistyped.events" not in client.list_topics(timeout=5).topics


async def test_a_service_has_its_own_database_with_transactions_and_change_streams(secured):
    async with mongo_client(secured, "survey") as client:
        notes = client["survey"]["access_test"]
        await notes.insert_one({"_id": 1})
        async with await notes.watch() as stream:
            async with client.start_session() as session, await session.start_transaction():
                await notes.update_one({"_id": 1}, {"$set": {"seen": True}}, session=session)
            change = await stream.next()
        assert change["documentKey"] == {"_id": 1}
        await notes.drop()


async def test_a_service_is_denied_in_anothers_database(secured):
    async with mongo_client(secured, "survey") as client:
        with pytest.raises(OperationFailure, match="not authorized"):
            await client["booking"]["appointments"].find_one({})
        with pytest.raises(OperationFailure, match="not authorized"):
            await client["booking"]["appointments"].insert_one({})


async def test_every_service_meets_persons_keys_but_only_crm_destroys_one(secured):
    async with mongo_client(secured, "survey") as survey, mongo_client(secured, "crm") as crm:
        key = (await survey["keys"]["vault"].insert_one({"of": "a person"})).inserted_id
        assert await survey["keys"]["vault"].find_one({"_id": key})
        with pytest.raises(OperationFailure, match="not authorized"):
            await survey["keys"]["vault"].delete_one({"_id": key})
        assert (await crm["keys"]["vault"].delete_one({"_id": key})).deleted_count == 1
        with pytest.raises(OperationFailure, match="not authorized"):
            await crm["keys"]["other"].find_one({})


async def test_without_credentials_the_store_tells_nothing(secured):
    host = secured.mongo["url"].rpartition("@")[2].partition("/")[0]
    async with AsyncMongoClient(host, directConnection=True) as client:
        with pytest.raises(OperationFailure, match="requires authentication"):
            await client["booking"]["appointments"].find_one({})
