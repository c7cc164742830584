"""Clients that send nonsense, too much, too slowly, or nothing: the server answers properly and lives on."""

import socket
import struct
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import HANGS, Site, running, serving
from flask import Flask

from search_web.web import server

pytestmark = pytest.mark.slow

NAMES = b"&".join(b"a%d=1" % number for number in range(1_000))
END = b"Host: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def site(seeds_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A real server of two processes; in the end it still answers, and has logged nothing."""
    with serving(seeds_index, tmp_path_factory.mktemp("site"), "--workers", "2") as site:
        yield site
        assert site.open("/healthz")[0] == 200
        assert site.lines() == []


def connect(address: str) -> socket.socket:
    host, port = address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=HANGS)


def status_of(site: Site, request: bytes) -> int:
    """Send all bytes, then read until the server closes, as simple clients do; return the status."""
    with connect(site.address) as connection:
        connection.sendall(request)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    version, status, _ = answer.split(b" ", 2)
    assert version in (b"HTTP/1.0", b"HTTP/1.1")
    return int(status)


def with_body(line: bytes, header: bytes, body: bytes = b"") -> bytes:
    return line + b" HTTP/1.1\r\n" + header + b"\r\n" + END + body


def get(path: bytes, *headers: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + b"".join(header + b"\r\n" for header in headers) + END


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        pytest.param(get(b"/api/search?q=" + b"a" * 100_000), 431, id="a long address"),
        pytest.param(get(b"/healthz", b"X: " + b"a" * 1_000_000), 431, id="a long header"),
        pytest.param(get(b"/healthz", *(b"X-%d: a" % n for n in range(50_000))), 431, id="many headers"),
        pytest.param(get(b"/api/search?q=a&" + NAMES), 400, id="names"),
        pytest.param(get(b"/search?q=a&" + NAMES), 200, id="names there"),
        pytest.param(get(b"/api/search?" + b"&".join([b"q=a"] * 1_000)), 400, id="repeated"),
        pytest.param(with_body(b"POST /api/search", b"Content-Length: 5", b"hello"), 405, id="POST"),
        pytest.param(with_body(b"POST /search", b"Content-Length: 5", b"hello"), 405, id="POST, page"),
        pytest.param(
            with_body(b"POST /", b"Content-Length: 3000000", b"a" * 3_000_000), 413, id="a long body"
        ),
        pytest.param(with_body(b"GET /healthz", b"Content-Length: 5", b"hello"), 200, id="GET with body"),
        pytest.param(with_body(b"GET /", b"Content-Length: -1"), 400, id="a negative length"),
        pytest.param(with_body(b"GET /", b"Content-Length: " + b"9" * 5_000), 400, id="digits"),
        pytest.param(with_body(b"GET /", b"Transfer-Encoding: chunked", b"zz\r\n"), 400, id="chunks"),
        pytest.param(with_body(b"GET /", b"Transfer-Encoding: gzip"), 501, id="an unknown coding"),
        pytest.param(b"GET /healthz HTTP/1.0\r\n\r\n", 200, id="HTTP/1.0"),
        pytest.param(b"GET /healthz HTTP/1.0\r\nHost: x\r\n\r\n", 200, id="HTTP/1.0 with a host"),
        pytest.param(b"BREW /healthz HTTP/1.1\r\n" + END, 405, id="an unknown method"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400, id="TLS"),
        pytest.param(b"GET http://[ HTTP/1.1\r\n" + END, 400, id="a broken address"),
    ],
)
def test_an_unusual_request_gets_a_proper_status(site: Site, request_: bytes, status: int) -> None:
    assert status_of(site, request_) == status


@pytest.mark.parametrize("path", [b"/healthz", b"/search?q=a", b"/api/search?q=a"])
@pytest.mark.parametrize(
    "host",
    [
        *(b"a b", b"\xff\xfe", b"x:999999", b"x:port", b"[::", b"../../etc", b"<script>", b"a,b", b"a/b"),
        *(b"user@x", b"a" * 64, b"a" * 5_000, b"a." * 2_000),
    ],
)
def test_a_host_that_is_none_is_refused(site: Site, path: bytes, host: bytes) -> None:
    request = b"GET " + path + b" HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
    assert status_of(site, request) == 400


@pytest.mark.parametrize(
    "host", [b"x", b"news.example.org", b"127.0.0.1:8000", b"[::1]:8000", b"xn--mgba3a.ir", b"a_b", b""]
)
def test_every_real_host_is_served(site: Site, host: bytes) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: " + host + b"\r\nConnection: close\r\n\r\n"
    assert status_of(site, request) == 200


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: a\r\n"], ids=["none", "two"])
def test_a_request_names_exactly_one_host(site: Site, hosts: bytes) -> None:
    assert status_of(site, b"GET /healthz HTTP/1.1\r\n" + hosts + b"Connection: close\r\n\r\n") == 400


def test_clients_that_hang_up_leave_the_server_as_it_was(site: Site) -> None:
    for part in (b"", b"GET /search?q=a HT", get(b"/search?q=a"), get(b"/search?q=a") * 3):
        for is_reset in (False, True):
            with connect(site.address) as connection:
                connection.sendall(part)
                if is_reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert site.open("/healthz")[0] == 200


def test_requests_one_after_the_other_share_a_connection(site: Site) -> None:
    with connect(site.address) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 2 + get(b"/healthz"))
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answers.count(b"HTTP/1.1 200 OK") == 3


def test_a_client_that_sends_its_request_too_slowly_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, but the request never ends."""
    monkeypatch.setattr(server, "_IDLE", 1)
    with running(Flask("any")) as netloc, connect(netloc) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        deadline = time.monotonic() + HANGS
        connection.settimeout(0.1)
        while True:
            assert time.monotonic() < deadline
            try:
                connection.sendall(b"a")
                if connection.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break


def test_slow_and_idle_clients_do_not_keep_others_out(site: Site) -> None:
    connections = [connect(site.address) for _ in range(200)]
    try:
        for number, connection in enumerate(connections):
            connection.sendall(b"GET / HTTP/1.1\r\nX: a" if number % 2 else b"")
        assert site.open("/healthz")[0] == 200
        assert site.open("/api/search", q="a", mode="keyword")[0] == 200
    finally:
        for connection in connections:
            connection.close()
