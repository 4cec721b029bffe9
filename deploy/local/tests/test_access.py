"""On the real servers: each service may do its own work, and nobody else's."""

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError
from confluent_kafka import KafkaException
from confluent_kafka.admin import ConfigResource, ResourceType
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from sevenstep.description import StackDescription
from sevenstep.kafka_access import PARTITIONS, admin_client, topic_of
from sevenstep.servers import KafkaAccess

pytestmark = pytest.mark.stack


def kafka_settings(servers: StackDescription, service: str) -> dict[str, str]:
    env = servers.environment[service]
    return {
        "bootstrap_servers": env["SEVENSTEP_KAFKA_BOOTSTRAP"],
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-256",
        "sasl_plain_username": env["SEVENSTEP_KAFKA_USERNAME"],
        "sasl_plain_password": env["SEVENSTEP_KAFKA_PASSWORD"],
    }


def mongo_client(servers: StackDescription, service: str) -> AsyncMongoClient:
    return AsyncMongoClient(servers.environment[service]["SEVENSTEP_MONGO_URL"])


def administrator(servers: StackDescription) -> KafkaAccess:
    return KafkaAccess(servers.kafka["bootstrap"], servers.kafka["username"], servers.kafka["password"])


async def test_a_service_announces_on_its_own_topic_and_others_read_it(servers):
    topic = topic_of("survey")
    async with AIOKafkaProducer(**kafka_settings(servers, "survey"), enable_idempotence=True, acks="all") as producer:
        sent = await producer.send_and_wait(topic, b"fact", key=b"access-test")
    consumer = AIOKafkaConsumer(
        topic, group_id="crm.test", auto_offset_reset="earliest", **kafka_settings(servers, "crm")
    )
    async with consumer:
        async for message in consumer:
            if (message.partition, message.offset) == (sent.partition, sent.offset):
                assert message.value == b"fact"
                break
        await consumer.commit()


async def test_a_service_cannot_write_to_anothers_topic(servers):
    async with AIOKafkaProducer(**kafka_settings(servers, "crm"), enable_idempotence=True, acks="all") as producer:
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(topic_of("booking"), b"a lie")


async def test_a_service_cannot_read_in_anothers_group(servers):
    consumer = AIOKafkaConsumer(topic_of("booking"), group_id="booking.spy", **kafka_settings(servers, "crm"))
    try:
        with pytest.raises(GroupAuthorizationFailedError):
            await consumer.start()
            await consumer.getone()
    finally:
        await consumer.stop()


def test_a_wrong_password_does_not_get_in(servers):
    stranger = KafkaAccess(servers.kafka["bootstrap"], "booking", "guessed")
    with pytest.raises(KafkaException):
        admin_client(stranger).list_topics(timeout=2)


def test_topics_exist_with_all_partitions_and_keep_facts_for_ever(servers):
    client = admin_client(administrator(servers))
    topics = client.list_topics(timeout=10).topics
    for service in servers.environment:
        assert len(topics[topic_of(service)].partitions) == PARTITIONS
    resource = ConfigResource(ResourceType.TOPIC, topic_of("booking"))
    (config,) = client.describe_configs([resource]).values()
    assert config.result()["retention.ms"].value == "-1"


async def test_a_topic_nobody_made_is_not_made_by_writing_to_it(servers):
    client = admin_client(administrator(servers))
    client.list_topics("mistyped.events", timeout=5)
    assert "mistyped.events" not in client.list_topics(timeout=5).topics


async def test_a_service_has_its_own_database_with_transactions_and_change_streams(servers):
    async with mongo_client(servers, "survey") as client:
        notes = client["survey"]["access_test"]
        await notes.insert_one({"_id": 1})
        async with await notes.watch() as stream:
            async with client.start_session() as session, await session.start_transaction():
                await notes.update_one({"_id": 1}, {"$set": {"seen": True}}, session=session)
            change = await stream.next()
        assert change["documentKey"] == {"_id": 1}
        await notes.drop()


async def test_a_service_is_denied_in_anothers_database(servers):
    async with mongo_client(servers, "survey") as client:
        with pytest.raises(OperationFailure, match="not authorized"):
            await client["booking"]["appointments"].find_one({})
        with pytest.raises(OperationFailure, match="not authorized"):
            await client["booking"]["appointments"].insert_one({})


async def test_every_service_meets_persons_keys_but_only_crm_destroys_one(servers):
    async with mongo_client(servers, "survey") as survey, mongo_client(servers, "crm") as crm:
        key = (await survey["keys"]["vault"].insert_one({"of": "a person"})).inserted_id
        assert await survey["keys"]["vault"].find_one({"_id": key})
        with pytest.raises(OperationFailure, match="not authorized"):
            await survey["keys"]["vault"].delete_one({"_id": key})
        assert (await crm["keys"]["vault"].delete_one({"_id": key})).deleted_count == 1
        with pytest.raises(OperationFailure, match="not authorized"):
            await crm["keys"]["other"].find_one({})


async def test_without_credentials_the_store_tells_nothing(servers):
    host = servers.mongo["url"].rpartition("@")[2].partition("/")[0]
    async with AsyncMongoClient(host, directConnection=True) as client:
        with pytest.raises(OperationFailure, match="requires authentication"):
            await client["booking"]["appointments"].find_one({})
