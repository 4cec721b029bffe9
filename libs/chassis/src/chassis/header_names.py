"""Headers whose names are no UTF-8: aiokafka's reader fails on them, at the same record again and again, for ever.

Kafka allows any bytes there, so one such record by a foreign client would stop its partition. Where the fast reader
fails, the rest of what was fetched is read once more by aiokafka's own slow one, which is told to escape such names.
"""

from typing import Any, SupportsIndex

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import _MemoryRecordsPy


def install() -> None:
    """From now on for every consumer of this process."""
    fetcher.MemoryRecords = _KeptRecords  # type: ignore[misc,assignment]
    fetcher.PartitionRecords = _PatientRecords  # type: ignore[misc]


class _Name(bytearray):
    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return super().decode("utf-8", "backslashreplace")


class _Bytes(bytearray):
    def __getitem__(self, at: SupportsIndex | slice) -> Any:
        found = super().__getitem__(at)
        return _Name(found) if isinstance(found, bytearray) else found


class _PatientBatch(_DefaultRecordBatchPy):  # type: ignore[misc]
    def _read_msg(self, *args: Any) -> Any:  # type: ignore[override]
        if not isinstance(self._buffer, _Bytes):
            self._buffer = _Bytes(self._buffer)
        return super()._read_msg(*args)


class _PatientMemory(_MemoryRecordsPy):  # type: ignore[misc]
    def next_batch(self, *_: Any) -> Any:  # type: ignore[override]
        found = self._next_slice
        self._cache_next()
        return None if found is None else _PatientBatch(found)


class _KeptRecords(fetcher.MemoryRecords):  # type: ignore[misc,valid-type]
    """What was fetched, with the bytes it came from."""

    def __init__(self, fetched: bytes) -> None:
        super().__init__(fetched)  # type: ignore[call-arg]
        self.fetched = fetched


class _PatientRecords(fetcher.PartitionRecords):
    def __next__(self) -> Any:
        try:
            return super().__next__()
        except UnicodeDecodeError:
            # It goes on after the last record that was handed out: older ones are skipped by their offset.
            self._records = _PatientMemory(self._records.fetched)
            self._records_iterator = self._unpack_records()
            return super().__next__()
