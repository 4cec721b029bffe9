"""A record whose header has a name that is no text, as a foreign client may send it."""

from typing import Any

from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from chassis import header_names


class NoText(str):
    """Goes over the wire as bytes that are no UTF-8."""

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        return b"\xff\xfe"


def a_batch(first: int, *headers: list[Any]) -> bytes:
    batch = _DefaultRecordBatchBuilderPy(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=100_000,
    )
    for number, one in enumerate(headers):
        batch.append(number, timestamp=1, key=b"k", value=b"%d" % (first + number), headers=one)
    built = bytearray(batch.build())
    built[:8] = first.to_bytes(8, "big")  # the base offset, as the broker sets it
    return bytes(built)


def read(fetched: bytes, at: int = 0) -> list[tuple[int, bytes, tuple[Any, ...]]]:
    records = fetcher.PartitionRecords(
        TopicPartition("t", 0), fetcher.MemoryRecords(fetched), [], at, None, None, False, fetcher.READ_COMMITTED
    )
    return [(record.offset, record.value, record.headers) for record in records]


def test_it_is_read_with_its_name_escaped_and_so_are_those_around_it() -> None:
    header_names.install()
    good, bad = [("name", b"x")], [(NoText(), b"y"), ("null", None)]
    fetched = a_batch(0, good, bad, good) + a_batch(3, good) + a_batch(4, bad)
    found = read(fetched)
    assert [(offset, value) for offset, value, _ in found] == [(n, b"%d" % n) for n in range(5)]
    assert found[1][2] == (("\\xff\\xfe", b"y"), ("null", None))
    assert found[3][2] == (("name", b"x"),)


def test_reading_goes_on_in_the_middle_of_what_was_fetched() -> None:
    header_names.install()
    fetched = a_batch(0, [], [(NoText(), b"y")], [])
    assert [offset for offset, _, _ in read(fetched, at=1)] == [1, 2]
