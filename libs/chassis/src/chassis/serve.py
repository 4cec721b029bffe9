"""``python -m chassis.serve booking.main:app --port 8000``: one process of a service, stopped without failing a caller.

A plain server closes its idle connections the moment it is told to stop, and whoever is just sending on one of them
fails. This one first stops taking connections, answers what still comes on the open ones with ``Connection: close``
for a moment, and then ends as usual: running requests are finished, loops end, the lease is given back.

``--fd N`` takes a listening socket that was opened by the parent. The parent keeps it: while one process is replaced by
the next, callers wait in its queue instead of being refused.
"""

import argparse
import asyncio
import gc
import socket

import uvicorn

PARTING_S = 1.0
"""So long a connection that was idle when the stop came may still bring its last request."""

IDLE_S = 65
"""Longer than callers keep theirs (5 to 60 s): then it is they who close idle connections, and nobody sends into one
that is just being closed."""

FINISH_S = 20

NEW_OBJECTS = 10_000
"""Made between two searches for unreachable ones. A request makes some thousand that end with it by themselves; with
Python's 700 a fifth of the CPU of a request went into searching."""


class PartingServer(uvicorn.Server):
    """A server that parts with its callers one by one."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # modules, routes and schemas live as long as the process: nobody searches through them again
        gc.set_threshold(NEW_OBJECTS, 20, 20)
        gc.enable()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        from chassis import live  # the application's parts are loaded by ``main``

        live.end_all()
        for server in self.servers:
            server.close()
        for one in sockets or []:
            one.close()
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        for _ in range(int(PARTING_S / 0.02)):
            if not self.server_state.connections or self.force_exit:
                break
            await asyncio.sleep(0.02)
        await super().shutdown(sockets)


def main(arguments: list[str] | None = None) -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m chassis.serve", description=__doc__)
    parser.add_argument("app", help="package.module:attribute")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fd", type=int, help="an open socket to listen on, instead of host and port")
    given = parser.parse_args(arguments)
    config = uvicorn.Config(
        given.app,
        host=given.host,
        port=given.port,
        access_log=False,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=FINISH_S,
    )
    gc.disable()  # modules and routes stay: to search them while they are made is a tenth of the start
    server = PartingServer(config)
    server.run(sockets=None if given.fd is None else [socket.socket(fileno=given.fd)])


if __name__ == "__main__":
    main()
