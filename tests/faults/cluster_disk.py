"""A small disk of its own for one member: a tmpfs that nobody else sees, and that is gone with its holder."""

import os
from pathlib import Path

from sevenstep import proc
from sevenstep.servers.native_cluster import Disk


class SmallDisk:
    """Mounted in a process's own view of the file system, so that nothing stays mounted whatever becomes of us."""

    def __init__(self, folder: Path, megabytes: int, logs: Path, environment: dict[str, str]) -> None:
        folder.mkdir(parents=True)
        mount = f"mount -t tmpfs -o size={megabytes}m tmpfs '{folder}'"
        script = f"{mount} && mkdir '{folder}/db' && echo mounted && exec sleep infinity"
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-c", script]
        self._holder = proc.start("disk", command, logs / "disk.log", environment)
        proc.wait_for_words(self._holder, "mounted", 15)
        self._folder = folder

    def disk(self) -> Disk:
        """For the member that keeps its data here."""
        return Disk(self._folder / "db", ("nsenter", "--target", str(self._holder.pid), "--mount", "--"))

    @property
    def data(self) -> Path:
        """The member's data, as this process sees them."""
        return self._seen_from_here / "db"

    @property
    def _seen_from_here(self) -> Path:
        return Path(f"/proc/{self._holder.pid}/root{self._folder}")

    @property
    def free_bytes(self) -> int:
        found = os.statvfs(self._seen_from_here)
        return found.f_bavail * found.f_frsize

    def fill(self) -> int:
        """Take all that is free; how many bytes that were."""
        taken = 0
        with (self._seen_from_here / "ballast").open("ab", buffering=0) as ballast:
            for size in (1 << 20, 4096):
                while True:
                    try:
                        taken += ballast.write(b"\0" * size)
                    except OSError:
                        break
        return taken

    def empty(self) -> None:
        """Give it back."""
        (self._seen_from_here / "ballast").unlink(missing_ok=True)

    def close(self) -> None:
        self._holder.kill()
