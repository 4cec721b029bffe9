"""What is asked of every network, and how long the answers take."""

import random
from collections.abc import Callable

from sevenstep.description import StackDescription
from sevenstep.operations import fetch_token

from bench.dealers import dealer_id, visit_id
from bench.growth.network import Network
from bench.load import a_request

AVAILABILITY_DAYS = 30
DEALERS_SHOWN = 10
"""Of the network's figures: as many as the smallest network has."""

Question = Callable[[], list[tuple[str, bytes]]]
"""The requests that make one question: service and wire text."""


def questions(network: Network, servers: StackDescription) -> dict[str, Question]:
    """Each is asked of a dealer at random; with a seed, so that runs are alike."""
    chance, tokens = random.Random(4), _Tokens(servers)
    first, last = network.days[0], network.days[AVAILABILITY_DAYS - 1]

    def dealer() -> int:
        return chance.randrange(network.dealers)

    def get(dealer: int, path: str) -> bytes:
        return a_request("GET", f"/dealers/{dealer_id(dealer)}/{path}", tokens.of(dealer))

    def availability() -> list[tuple[str, bytes]]:
        return [("booking", get(dealer(), f"offers?work_class=PM&hours=1&from={first}&to={last}"))]

    def day_board() -> list[tuple[str, bytes]]:
        return [("booking", get(dealer(), f"days/{chance.choice(network.days)}/board"))]

    def appointment() -> list[tuple[str, bytes]]:
        n, day, visit = dealer(), chance.randrange(network.size.days), chance.randrange(network.size.a_day)
        return [("booking", get(n, f"appointments/{visit_id(network.visit(day, n, visit))}"))]

    def visit() -> list[tuple[str, bytes]]:
        n, day, which = dealer(), chance.randrange(network.size.days), chance.randrange(network.size.a_day)
        return [("headquarters", get(n, f"visits/{visit_id(network.visit(day, n, which))}"))]

    def story() -> list[tuple[str, bytes]]:
        n = dealer()
        return [("headquarters", get(n, f"visits/{visit_id(network.visit(0, n, 0))}/story"))]

    def network_figures() -> list[tuple[str, bytes]]:
        path = f"/network/figures?from={first}&to={last}&limit={DEALERS_SHOWN}"
        return [("headquarters", a_request("GET", path, tokens.of(None)))]

    return {
        f"availability for {AVAILABILITY_DAYS} days": availability,
        "day board": day_board,
        "one visit at booking": appointment,
        "one visit at headquarters": visit,
        "a visit's story": story,
        "network figures": network_figures,
    }


class _Tokens:
    """Of a dealer's manager and advisor in one, twenty dealers at once; of headquarters for the network."""

    AT_ONCE = 20

    def __init__(self, servers: StackDescription) -> None:
        self._servers = servers
        self._known: dict[int | None, str] = {}

    def of(self, dealer: int | None) -> str:
        some = None if dealer is None else dealer // self.AT_ONCE
        if some not in self._known:
            self._known[some] = self._fetched(some)
        return self._known[some]

    def _fetched(self, some: int | None) -> str:
        if some is None:
            return fetch_token(self._servers, ["headquarters"], [], "network")
        dealers = [dealer_id(n) for n in range(some * self.AT_ONCE, (some + 1) * self.AT_ONCE)]
        return fetch_token(self._servers, ["manager", "advisor"], dealers)
