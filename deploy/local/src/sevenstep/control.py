"""How other commands ask a running stack to start and stop its service processes: a small door on loopback.

`POST /start/<service>`, `/roll/<service>`, `/stop/<process>`, `/kill/<process>`, `/restart/<process>` with the token
from stack.json.
"""

import json
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sevenstep.stack import Stack


def open_door(stack: Stack) -> dict[str, str]:
    """Listen in a thread of our own as long as the process lives. Answers `url` and `token` for stack.json."""
    token = secrets.token_urlsafe(24)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = self.headers.get("Authorization", "")
            if not secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
                self._answer(401, {"detail": "Wrong token: read it from stack.json."})
                return
            try:
                _, action, name = self.path.split("/", 2)
                self._answer(200, {"done": action, "name": _act(stack, action, name)})
            except Exception as failure:  # whatever it was, the caller must read it
                self._answer(409, {"detail": str(failure)})

        def _answer(self, status: int, body: dict[str, str]) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the command that asked tells its user."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True, name="control").start()
    return {"url": f"http://127.0.0.1:{server.server_port}", "token": token}


def _act(stack: Stack, action: str, name: str) -> str:
    if action == "start":
        return stack.start_process(name)
    if action == "roll":
        return ", ".join(stack.roll(name))
    if action == "restart":
        stack.restart(name)
    elif action in {"stop", "kill"}:
        stack.stop_process(name, kill=action == "kill")
    else:
        raise ValueError(f"No such action: {action}")
    return name
