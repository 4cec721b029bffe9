"""What an operator asks of a running platform, over the same HTTP doors as anybody else, with an operator's token."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx2

from sevenstep import loopback
from sevenstep.description import StackDescription

OPERATOR = "operations"  # the role that /ops asks for


class Refused(Exception):
    """A service or the issuer refused what was asked; its own words are in the message."""

    code = "refused"

    def __init__(self, where: str, answer: httpx2.Response) -> None:
        try:
            body = answer.json()
        except ValueError:
            body = {}
        why = body.get("detail") or body.get("error_description") or answer.text[:300] or answer.reason_phrase
        for wrong in body.get("errors") or ():
            why += f" {wrong.get('pointer') or wrong.get('parameter')}: {wrong.get('detail')}."
        super().__init__(f"{where}: {answer.status_code} {why}")
        self.status = answer.status_code


class NotReached(Exception):
    """A process that should answer does not."""

    code = "not-reached"

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where} does not answer ({why}). See: sevenstep status")


class NoSuchService(Exception):
    """No service of this name runs in the stack."""

    code = "no-such-service"

    def __init__(self, service: str, known: list[str]) -> None:
        super().__init__(f"No service '{service}' runs in this stack. Running: {', '.join(known) or 'none'}")


@dataclass(frozen=True)
class Process:
    """One service process of a stack."""

    service: str
    name: str
    url: str


def fetch_token(
    stack: StackDescription, roles: list[str], dealers: list[str], scope: str = "", subject: str = "", name: str = ""
) -> str:
    """An access token of the embedded issuer for anybody you like. Raises Refused."""
    form = {
        "grant_type": "client_credentials",
        "client_id": stack.issuer["client_id"],
        "client_secret": stack.issuer["client_secret"],
        "role": roles,
        "dealer": dealers,
        "scope": scope,
        "subject": subject,
        "name": name,
    }
    with loopback.client() as client:
        answer = _answered("issuer", lambda: client.post(f"{stack.issuer['url']}/token", data=form))
    return answer.json()["access_token"]


class Operator:
    """Calls `/ops` of service processes."""

    def __init__(self, stack: StackDescription) -> None:
        self._stack = stack
        token = fetch_token(stack, [OPERATOR], [], subject="operator")
        self._headers = {"Authorization": f"Bearer {token}"}

    def processes(self) -> list[Process]:
        """Every service process of the stack."""
        found = self._stack.processes.items()
        return [Process(service, one["name"], one["url"]) for service, all_of in found for one in all_of]

    def one_of_each(self, services: list[str] | None = None) -> list[Process]:
        """The first process of each service, or of these."""
        firsts = {one.service: one for one in reversed(self.processes())}
        return [firsts[name] for name in sorted(firsts) if not services or name in services]

    def process_of(self, service: str) -> Process:
        """The first process of this service. Raises NoSuchService."""
        firsts = {one.service: one for one in self.one_of_each()}
        if service not in firsts:
            raise NoSuchService(service, sorted(firsts))
        return firsts[service]

    def call(self, process: Process, method: str, path: str, body: object = None, seconds: float = 60.0) -> Any:
        """One call; the JSON answered. Raises Refused or NotReached."""
        with loopback.client(seconds) as client:
            url = f"{process.url}{path}"
            answer = _answered(process.name, lambda: client.request(method, url, headers=self._headers, json=body))
        return answer.json() if answer.content else None

    def call_all(self, processes: list[Process], method: str, path: str, body: object = None) -> dict[str, Any]:
        """The same call to several at once; answers by process name when every one has answered."""
        if not processes:
            return {}
        with ThreadPoolExecutor(len(processes)) as pool:
            answers = list(pool.map(lambda one: self.call(one, method, path, body), processes))
        return {process.name: answer for process, answer in zip(processes, answers, strict=True)}


def move_clock(stack: StackDescription, to: str) -> dict[str, Any]:
    """Move business time in every service process; returns when each has confirmed. `to`: ISO 8601 with a zone."""
    operator = Operator(stack)
    return operator.call_all(operator.processes(), "PUT", "/ops/clock", {"now": to})


def read_clock(stack: StackDescription) -> dict[str, Any]:
    """Business time as every service process tells it."""
    operator = Operator(stack)
    return operator.call_all(operator.processes(), "GET", "/ops/clock")


def traces_of(stack: StackDescription, tag: str, value: str) -> list[list[dict[str, Any]]]:
    """Traces in which a span carries this tag, from the bridge's memory, oldest first."""
    with loopback.client(30) as client:
        url = f"{stack.otlp}/traces"
        return _answered("trace bridge", lambda: client.get(url, params={"tag": f"{tag}:{value}"})).json()


def _answered(where: str, call: Callable[[], httpx2.Response]) -> httpx2.Response:
    try:
        answer = call()
    except httpx2.HTTPError as failure:
        raise NotReached(where, str(failure)) from failure
    if answer.status_code >= 400:
        raise Refused(where, answer)
    return answer
