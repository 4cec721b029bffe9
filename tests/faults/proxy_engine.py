"""The process that all traffic of a fault cluster flows through: many small TCP proxies, told what to do over a socket.

A process of its own, so that a busy or paused test neither slows nor stalls the network it looks at. Orders are JSON
lines on a Unix socket; `proxy.py` is the other end. Started as `python proxy_engine.py SOCKET`.
"""

import asyncio
import json
import socket
import sys
from typing import Any

import uvloop
from proxy_link import Counters, Link, Rule, find_sources, reset_at_close


class Proxy:
    """Listens on a port of loopback and passes everything on to another."""

    def __init__(self, target: int, port: int) -> None:
        self.target = target
        self.rules: dict[str, Rule] = {}
        self.counters = Counters()
        self.links: set[Link] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener = socket.socket()
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.setblocking(False)
        self.port = port
        self._listening = False
        self._listen(True)

    def obey(self, by: str, rule: Rule | None) -> None:
        """From now on, for connections old and new, beside the rules of others; None takes back what ``by`` said."""
        self.rules.pop(by, None)
        if rule is not None:
            self.rules[by] = rule
            if rule.sources is not None:
                find_sources(self.links, self.port, rule.sources)
        self._listen(not any(one.refuse and one.sources is None for one in self.rules.values()))
        for link in list(self.links):
            link.apply()

    def reset(self) -> int:
        """Reset every connection; how many there were."""
        links = list(self.links)
        for link in links:
            link.reset()
        return len(links)

    def _listen(self, wanted: bool) -> None:
        """A refusing proxy keeps its port without listening, so that callers are refused by the kernel. (Only a port
        that was bound by its number stays ours meanwhile.)"""
        if wanted == self._listening:
            return
        loop = asyncio.get_running_loop()
        if wanted:
            self._listener.listen(1024)
            loop.add_reader(self._listener, self._accept)
        else:
            loop.remove_reader(self._listener)
            self._listener.shutdown(socket.SHUT_RD)
        self._listening = wanted

    def _accept(self) -> None:
        try:
            accepted, _ = self._listener.accept()
            accepted.setblocking(False)
            accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            link = Link(self, accepted)
        except OSError:
            return
        self.counters.connections += 1
        if meant := frozenset(pid for rule in self.rules.values() for pid in rule.sources or ()):
            find_sources([link], self.port, meant)
        link.find_rule()
        if link.rule.refuse:
            self.counters.refused += 1
            reset_at_close(accepted)
            accepted.close()
            return
        self.links.add(link)
        task = asyncio.get_running_loop().create_task(link.open())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class Engine:
    """All proxies of a cluster, by number."""

    def __init__(self) -> None:
        self._proxies: list[Proxy] = []

    def do(self, order: dict[str, Any]) -> Any:
        """Carry out one order."""
        if order["do"] == "open":
            self._proxies.append(Proxy(order["target"], order["port"]))
            return {"id": len(self._proxies) - 1, "port": self._proxies[-1].port}
        proxy = self._proxies[order["id"]]
        if order["do"] == "rule":
            given = order["rule"]
            sources = given.pop("sources", None)
            silent = tuple(given.pop("silent", ()))
            rule = Rule(**given, silent=silent, sources=None if sources is None else frozenset(sources))
            proxy.obey(order["by"], rule)
        elif order["do"] == "heal":
            for by in [order["by"]] if order["by"] is not None else list(proxy.rules):
                proxy.obey(by, None)
        elif order["do"] == "reset":
            return proxy.reset()
        elif order["do"] == "links":
            sources = order["sources"]
            if sources is not None:
                find_sources(proxy.links, proxy.port, frozenset(sources))
            return {str(one.number): one.passed for one in proxy.links if sources is None or one.source in sources}
        return vars(proxy.counters) | {"open": len(proxy.links)}

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Orders of one client, one answer each."""
        while line := await reader.readline():
            try:
                answer = {"done": self.do(json.loads(line))}
            except Exception as failed:  # the one who ordered it must read it
                answer = {"failed": f"{type(failed).__name__}: {failed}"}
            writer.write(json.dumps(answer).encode() + b"\n")
            await writer.drain()
        writer.close()


async def main(path: str) -> None:
    """Until killed: its owner's end is its own."""
    server = await asyncio.start_unix_server(Engine().serve, path)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
