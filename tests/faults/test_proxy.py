"""The proxies do what they say: each fault is seen at a plain socket, and in the counters."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from proxy import Proxy, ProxyRefused, Switchboard
from sevenstep import proc


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Switchboard]:
    folder: Path = tmp_path_factory.mktemp("proxies")
    made = Switchboard(folder, folder, proc.inherited())
    yield made
    made.close()


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def proxy(board: Switchboard, server: socket.socket) -> Iterator[Proxy]:
    made = board.open("echo", server.getsockname()[1])
    yield made
    made.heal()


class Line:
    """A client and the server's end of its connection."""

    def __init__(self, proxy: Proxy, server: socket.socket) -> None:
        self.client = socket.create_connection(("127.0.0.1", proxy.port), 5)
        server.settimeout(5)
        self.served, _ = server.accept()
        for end in (self.client, self.served):
            end.settimeout(5)

    def says(self, text: bytes) -> bytes:
        self.client.sendall(text)
        return self.heard(self.served, len(text))

    def heard(self, end: socket.socket, count: int) -> bytes:
        found = b""
        while len(found) < count and (more := end.recv(count - len(found))):
            found += more
        return found

    def silent(self, end: socket.socket) -> bool:
        end.settimeout(0.2)
        try:
            return end.recv(1) == b"never"
        except TimeoutError:
            return True
        finally:
            end.settimeout(5)


def test_bytes_pass_both_ways_and_are_counted(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    assert line.says(b"hello") == b"hello"
    line.served.sendall(b"good day")
    assert line.heard(line.client, 8) == b"good day"
    counted = proxy.counters
    assert (counted.to_server, counted.to_client, counted.connections, counted.open) == (5, 8, 1, 1)


def test_a_connection_that_both_sides_have_ended_is_gone(proxy: Proxy, server: socket.socket) -> None:
    """Otherwise the proxies have no handle left after an hour of faults, and reset whoever comes."""
    for _ in range(20):
        line = Line(proxy, server)
        line.client.shutdown(socket.SHUT_WR)
        assert line.served.recv(1) == b""
        line.served.close()
        assert line.client.recv(1) == b""
        line.client.close()
    until = time.monotonic() + 5
    while proxy.counters.open and time.monotonic() < until:
        time.sleep(0.05)
    assert proxy.counters.open == 0


def test_the_end_of_one_side_reaches_the_other_after_its_last_words(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.client.sendall(b"bye")
    line.client.shutdown(socket.SHUT_WR)
    assert line.heard(line.served, 4) == b"bye"
    line.served.sendall(b"see you")
    line.served.close()
    assert line.heard(line.client, 8) == b"see you"


def test_a_cut_resets_what_is_open_and_refuses_what_is_new(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.says(b"a")
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        line.client.recv(1)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port), 5)
    assert (proxy.counters.open, proxy.counters.reset) == (0, 1)
    proxy.heal()
    assert Line(proxy, server).says(b"again") == b"again"


def test_a_silent_cut_holds_everything_back_until_the_heal(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.says(b"a")
    proxy.cut(silent=True)
    line.client.sendall(b"late")
    line.served.sendall(b"too")
    assert line.silent(line.served)
    assert line.silent(line.client)
    assert proxy.counters.to_server == 1
    proxy.heal()
    assert line.heard(line.served, 4) == b"late"
    assert line.heard(line.client, 3) == b"too"


def test_a_cut_of_one_way_lets_the_other_through(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.says(b"a")
    proxy.cut_one_way("to_client")
    assert line.says(b"question") == b"question"
    line.served.sendall(b"answer")
    assert line.silent(line.client)
    proxy.heal()
    assert line.heard(line.client, 6) == b"answer"


def test_a_reset_ends_every_connection_once(proxy: Proxy, server: socket.socket) -> None:
    lines = [Line(proxy, server), Line(proxy, server)]
    for line in lines:
        line.says(b"a")
    assert proxy.reset() == 2
    for line in lines:
        with pytest.raises(ConnectionResetError):
            line.client.recv(1)
    assert Line(proxy, server).says(b"again") == b"again"


def test_delayed_bytes_take_their_time_and_keep_their_order(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.says(b"a")
    proxy.delay(200)
    begun = time.monotonic()
    for one in (b"1", b"2", b"3"):
        line.client.sendall(one)
    assert line.heard(line.served, 3) == b"123"
    assert time.monotonic() - begun >= 0.195
    assert (proxy.counters.late, proxy.counters.longest_s >= 0.195) == (3, True)


def test_a_slow_line_passes_so_many_bytes_a_second(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.says(b"a")
    proxy.rate(100_000)
    begun = time.monotonic()
    sender = threading.Thread(target=line.client.sendall, args=(b"x" * 50_000,))
    sender.start()
    assert len(line.heard(line.served, 50_000)) == 50_000
    sender.join()
    assert time.monotonic() - begun >= 0.45


def test_a_cut_for_one_process_leaves_the_others_alone(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.says(b"a")
    proxy.cut(sources=[1])
    assert line.says(b"still") == b"still"
    assert (list(proxy.links().values()), proxy.links([1])) == ([6], {})
    proxy.cut(sources=[os.getpid()])
    with pytest.raises(ConnectionResetError):
        line.client.recv(1)
    with pytest.raises(ConnectionResetError):
        socket.create_connection(("127.0.0.1", proxy.port), 5).recv(1)


def test_faults_of_two_hold_at_once_and_each_heals_its_own(proxy: Proxy, server: socket.socket) -> None:
    line = Line(proxy, server)
    line.says(b"a")
    proxy.cut_one_way("to_client", by="one")
    proxy.cut(silent=True, by="other")
    line.client.sendall(b"question")
    assert line.silent(line.served)
    proxy.heal(by="other")
    assert line.heard(line.served, 8) == b"question"
    line.served.sendall(b"answer")
    assert line.silent(line.client)
    proxy.heal(by="one")
    assert line.heard(line.client, 6) == b"answer"


def test_a_server_that_is_not_there_is_told_by_a_reset(board: Switchboard) -> None:
    proxy = board.open("nobody", proc.free_port())
    with pytest.raises(ConnectionResetError):
        socket.create_connection(("127.0.0.1", proxy.port), 5).recv(1)
    assert proxy.counters.unreachable == 1


def test_an_order_that_cannot_be_carried_out_says_why(board: Switchboard, proxy: Proxy) -> None:
    with pytest.raises(ProxyRefused, match="in use"):
        board.open("taken", 1, proxy.port)
