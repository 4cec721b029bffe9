"""HTTP to what runs on this machine: never through a proxy the environment may name."""

import httpx2


def client(seconds: float = 5.0) -> httpx2.Client:
    """A client with this time limit for each call."""
    # Nothing here speaks TLS, and reading the machine's certificates takes longer than the call.
    return httpx2.Client(timeout=seconds, trust_env=False, verify=False)
