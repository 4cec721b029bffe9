"""Files beside documents: in GridFS' own layout, but written by the unit of work, with their document or not at all.

The driver's GridFS writes outside transactions: what a killed process leaves there has to be swept, and a document may
speak of a file that never came. Here both come and go together. Every program that reads GridFS reads these.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from chassis.documents import Documents
from chassis.unit import Unit

CHUNK_BYTES = 255 * 1024
"""As GridFS cuts files."""


class FileBroken(Exception):
    """What is kept is not what was given."""

    code = "file-broken"
    kind = "conflict"
    text = "This file is not what was kept: somebody changed it in the store. Restore it from a backup."

    def __init__(self) -> None:
        super().__init__(self.text)


@dataclass
class StoredFile:
    """A file's entry. ``length`` counts what is kept; ``size`` and ``sha256`` are the content's as it was given."""

    file_id: str
    dealer_id: str
    filename: str
    media_type: str
    size: int
    sha256: str
    sealed: bool
    length: int
    uploadDate: datetime  # noqa: N815 - GridFS' own name
    chunkSize: int = CHUNK_BYTES  # noqa: N815 - GridFS' own name


@dataclass
class _Chunk:
    dealer_id: str
    files_id: str
    n: int
    data: bytes


class Files:
    """One bucket of files: ``entries`` tell what there is, ``chunks`` hold it; both go among a service's documents."""

    def __init__(self, bucket: str) -> None:
        self.entries = Documents(
            f"{bucket}.files", f"{bucket}-file", StoredFile, id_of=lambda entry: entry.file_id, announces=False
        )
        self.chunks = Documents(
            f"{bucket}.chunks",
            f"{bucket}-chunk",
            _Chunk,
            id_of=lambda chunk: f"{chunk.files_id}/{chunk.n}",
            indexes=[("files_id", "n")],
            announces=False,
        )

    async def keep(
        self, unit: Unit, entry: tuple[str, str, str], media_type: str, content: bytes, person_id: str | None = None
    ) -> StoredFile:
        """A new file. ``entry``: its id, dealer and name. With ``person_id`` it is sealed with that person's key, and
        is nothing but noise once the person was erased (C15)."""
        file_id, dealer_id, filename = entry
        kept = await unit.seal_bytes(person_id, content) if person_id else content
        stored = StoredFile(
            file_id=file_id,
            dealer_id=dealer_id,
            filename=filename,
            media_type=media_type,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            sealed=person_id is not None,
            length=len(kept),
            uploadDate=unit.now,
        )
        unit.add(self.entries, stored)
        for n, start in enumerate(range(0, len(kept), CHUNK_BYTES)):
            unit.add(self.chunks, _Chunk(dealer_id, file_id, n, kept[start : start + CHUNK_BYTES]))
        return stored

    async def content(self, unit: Unit, file_id: str) -> bytes | None:
        """The content as it was given; None when its person was erased. Raises ``Unknown``, ``FileBroken``."""
        entry = await unit.get(self.entries, file_id)
        kept = b"".join([chunk.data for chunk in await self._of(unit, file_id)])
        content = await unit.open_bytes(kept) if entry.sealed else kept
        if content is not None and hashlib.sha256(content).hexdigest() != entry.sha256:
            raise FileBroken
        return content

    async def remove(self, unit: Unit, file_id: str) -> None:
        """Raises ``Unknown``."""
        unit.remove(self.entries, await unit.get(self.entries, file_id))
        for chunk in await self._of(unit, file_id):
            unit.remove(self.chunks, chunk)

    async def _of(self, unit: Unit, file_id: str) -> list[_Chunk]:
        return await unit.query(self.chunks, {"files_id": file_id}, sort=[("n", 1)])
