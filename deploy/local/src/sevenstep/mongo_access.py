"""Users, roles and addresses of a MongoDB, made through its administrator."""

import time
from urllib.parse import quote, urlsplit

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from sevenstep.servers import MongoAccess
from sevenstep.servers.limits import LONGEST_TRANSACTION_S

KEYS_DATABASE = "keys"  # one data key per person: whoever erases a person destroys the key
VAULT = "vault"
KEEPER = "crm"  # the only service that may remove a key
_ALREADY_EXISTS = {51002, 51003}  # role, user


class MongoNotReady(Exception):
    """The replica set has no primary."""

    code = "mongo-not-ready"

    def __init__(self, seconds: float, why: str) -> None:
        super().__init__(
            f"MongoDB has no writable primary after {seconds:.0f} s ({why}). It must be a replica set: "
            "transactions and change streams need one."
        )


def wait_for_primary(client: MongoClient, seconds: float) -> None:
    """Return when the server takes writes."""
    deadline = time.monotonic() + seconds
    why = "no answer"
    while time.monotonic() < deadline:
        try:
            answer = client.admin.command("hello")
            if answer.get("isWritablePrimary") and answer.get("setName"):
                return
            why = "not a replica set" if not answer.get("setName") else "no primary elected"
        except PyMongoError as error:
            why = str(error)
        time.sleep(0.05)
    raise MongoNotReady(seconds, why)


def prepare(access: MongoAccess, passwords: dict[str, str]) -> None:
    """One user per service, allowed in its own database only, plus the key vault. What exists already is renewed."""
    with MongoClient(access.url, serverSelectionTimeoutMS=20_000) as client:
        wait_for_primary(client, 30)
        _limit_transactions(client)
        if not access.secured:
            return
        _create_vault_roles(client)
        for service, password in passwords.items():
            _create_user(client, service, password)


def _limit_transactions(client: MongoClient) -> None:
    try:
        client.admin.command("setParameter", 1, transactionLifetimeLimitSeconds=LONGEST_TRANSACTION_S)
    except OperationFailure:
        return  # somebody else's server, whose operator decides


def service_url(access: MongoAccess, service: str, password: str) -> str:
    """The address a service is given: its own user on the same servers."""
    if not access.secured:
        return access.url
    parts = urlsplit(access.url)
    hosts = parts.netloc.rpartition("@")[2]
    options = "&".join(one for one in parts.query.split("&") if one and not one.lower().startswith("authsource="))
    return f"{parts.scheme}://{service}:{quote(password, safe='')}@{hosts}/?{options}&authSource={service}"


def _create_vault_roles(client: MongoClient) -> None:
    vault = {"db": KEYS_DATABASE, "collection": VAULT}
    met = ["find", "insert", "createCollection", "createIndex", "listIndexes"]
    for role, actions in (("meets", met), ("keeps", [*met, "remove"])):
        privileges = [{"resource": vault, "actions": actions}]
        try:
            client[KEYS_DATABASE].command("createRole", role, privileges=privileges, roles=[])
        except OperationFailure as refused:
            if refused.code not in _ALREADY_EXISTS:
                raise
            client[KEYS_DATABASE].command("updateRole", role, privileges=privileges, roles=[])


def _create_user(client: MongoClient, service: str, password: str) -> None:
    vault = "keeps" if service == KEEPER else "meets"
    roles = [{"role": "readWrite", "db": service}, {"role": vault, "db": KEYS_DATABASE}]
    try:
        client[service].command("createUser", service, pwd=password, roles=roles)
    except OperationFailure as refused:
        if refused.code not in _ALREADY_EXISTS:
            raise
        client[service].command("updateUser", service, pwd=password, roles=roles)
