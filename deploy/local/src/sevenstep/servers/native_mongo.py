"""Members of a replica set, mongod from the wheel, with a key file and users, on loopback."""

import json
import secrets
import shutil
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from pymongo import MongoClient

from sevenstep import cache, proc
from sevenstep.description import private_file
from sevenstep.mongo_access import wait_for_primary
from sevenstep.servers import MongoAccess
from sevenstep.servers.limits import ELECTION_MS, LONGEST_TRANSACTION_S, MEMBER_HEARTBEAT_MS

REPLICA_SET = "sevenstep"
_ATTEMPTS = 3
_SAVED = "access.json"


@dataclass(frozen=True)
class Member:
    """Where a member keeps its data and listens. ``told``: where clients and the other members find it (the same
    port, or that of a proxy in front of it)."""

    data: Path
    keyfile: Path
    port: int
    told: int
    cache_gb: float = 0.25
    oplog_mb: int = 990
    within: tuple[str, ...] = ()
    """A command it is run by, such as one that enters a mount of its own."""

    def command(self) -> list[str]:
        """Its command line."""
        return [
            *[*self.within, str(cache.mongod_binary()), "--dbpath", str(self.data), "--bind_ip", "127.0.0.1"],
            *["--port", str(self.port), "--replSet", REPLICA_SET, "--keyFile", str(self.keyfile), "--nounixsocket"],
            *["--wiredTigerCacheSizeGB", str(self.cache_gb), "--oplogSize", str(self.oplog_mb)],
            *["--setParameter", "diagnosticDataCollectionEnabled=false"],
            # Of every member, for each may become primary.
            *["--setParameter", f"transactionLifetimeLimitSeconds={LONGEST_TRANSACTION_S}"],
        ]


def start(folder: Path, logs: Path, environment: dict[str, str], children: list[proc.Child]) -> MongoAccess:
    """Start mongod: the one kept in this folder, else a fresh one. Another try when its port was taken."""
    data, log = folder / "mongo", logs / "mongo.log"
    log.write_text("")
    if (data / _SAVED).is_file():
        access = MongoAccess(**json.loads((data / _SAVED).read_text()))
        _run(data, log, environment, urlsplit(access.url).port or 0, children)
        return access
    for attempt in range(1, _ATTEMPTS + 1):
        shutil.rmtree(data, ignore_errors=True)
        (data / "db").mkdir(parents=True)
        make_keyfile(data)
        port = proc.free_port()
        try:
            _run(data, log, environment, port, children)
        except proc.ProcessEnded as ended:
            if not ended.port_clash or attempt == _ATTEMPTS:
                raise
            continue
        access = initiate([_only(data, port)])
        private_file(data / _SAVED, json.dumps(asdict(access)))
        return access
    raise AssertionError("unreachable")


def _run(data: Path, log: Path, environment: dict[str, str], port: int, children: list[proc.Child]) -> None:
    child = run("mongo", _only(data, port), log, environment)
    children.append(child)
    wait_until_it_listens(child)


def _only(data: Path, port: int) -> Member:
    return Member(data / "db", data / "keyfile", port, told=port, cache_gb=0.5, oplog_mb=512)


def make_keyfile(folder: Path) -> Path:
    """What the members know each other by."""
    folder.mkdir(parents=True, exist_ok=True)
    private_file(folder / "keyfile", b64encode(secrets.token_bytes(96)).decode())
    return folder / "keyfile"


def run(name: str, member: Member, log: Path, environment: dict[str, str]) -> proc.Child:
    """Start a member; it does not answer yet."""
    return proc.start(name, member.command(), log, environment)


def wait_until_it_listens(child: proc.Child) -> None:
    """Return when the member takes connections."""
    proc.wait_for_words(child, '"Waiting for connections"', 60)  # the port alone might be somebody else's


def initiate(members: Sequence[Member]) -> MongoAccess:
    """Make fresh members one replica set with an administrator. A fresh mongod lets its own machine make the first
    user, and then nobody without one."""
    hosts = [f"127.0.0.1:{member.told}" for member in members]
    config = {
        "_id": REPLICA_SET,
        "members": [{"_id": number, "host": host} for number, host in enumerate(hosts)],
        "settings": {"electionTimeoutMillis": ELECTION_MS, "heartbeatIntervalMillis": MEMBER_HEARTBEAT_MS},
    }
    password = secrets.token_urlsafe(24)
    with MongoClient("127.0.0.1", members[0].port, directConnection=True, serverSelectionTimeoutMS=20_000) as first:
        first.admin.command("replSetInitiate", config)
        wait_for_primary(first, 30)  # whoever initiates stands for election at once
        first.admin.command("createUser", "admin", pwd=password, roles=["root"])
    url = f"mongodb://admin:{password}@{','.join(hosts)}/?replicaSet={REPLICA_SET}&authSource=admin"
    return MongoAccess(url, "admin", password)
