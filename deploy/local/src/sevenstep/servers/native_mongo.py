"""One mongod from the wheel, as a replica set of one with a key file and users, on loopback."""

import json
import secrets
import shutil
from base64 import b64encode
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

from pymongo import MongoClient

from sevenstep import cache, proc
from sevenstep.description import private_file
from sevenstep.mongo_access import wait_for_primary
from sevenstep.servers import MongoAccess

REPLICA_SET = "sevenstep"
_ATTEMPTS = 3
_SAVED = "access.json"


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
        private_file(data / "keyfile", b64encode(secrets.token_bytes(96)).decode())
        port = proc.free_port()
        try:
            _run(data, log, environment, port, children)
        except proc.ProcessEnded as ended:
            if not ended.port_clash or attempt == _ATTEMPTS:
                raise
            continue
        access = _make_administrator(port)
        private_file(data / _SAVED, json.dumps(asdict(access)))
        return access
    raise AssertionError("unreachable")


def _run(data: Path, log: Path, environment: dict[str, str], port: int, children: list[proc.Child]) -> None:
    child = proc.start("mongo", _command(data, port), log, environment)
    children.append(child)
    proc.wait_for_words(child, '"Waiting for connections"', 60)  # the port alone might be somebody else's


def _command(data: Path, port: int) -> list[str]:
    binary = str(cache.mongod_binary())
    return [
        *[binary, "--dbpath", str(data / "db"), "--bind_ip", "127.0.0.1", "--port", str(port)],
        *["--replSet", REPLICA_SET, "--keyFile", str(data / "keyfile"), "--nounixsocket"],
        *["--wiredTigerCacheSizeGB", "0.5", "--oplogSize", "512"],
        *["--setParameter", "diagnosticDataCollectionEnabled=false"],
    ]


def _make_administrator(port: int) -> MongoAccess:
    """A fresh mongod lets its own machine make the first user, and then nobody without one."""
    member = f"127.0.0.1:{port}"
    password = secrets.token_urlsafe(24)
    with MongoClient(member, directConnection=True, serverSelectionTimeoutMS=20_000) as client:
        members = [{"_id": 0, "host": member}]
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": members})
        wait_for_primary(client, 30)
        client.admin.command("createUser", "admin", pwd=password, roles=["root"])
    url = f"mongodb://admin:{password}@{member}/?replicaSet={REPLICA_SET}&authSource=admin"
    return MongoAccess(url, "admin", password)
