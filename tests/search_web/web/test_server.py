"""The production server: addresses, long queries, and how it stops."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

import pytest
from commands import HANGS, running
from conftest import ROOT
from flask import Flask

from indexer.errors import UsageError
from search_web.contract.searcher import Searcher
from search_web.web.app import create_app
from search_web.web.server import serve

pytestmark = pytest.mark.slow

SLOW_SITE = """
import time
from flask import Flask
from search_web.web import server
{setting}
app = Flask(__name__)

@app.get("/slow")
def slow():
    print("answering", flush=True)
    time.sleep(1)
    return "چ" * 3_000_000

server.serve(app, "127.0.0.1", 0)
print("stopped", flush=True)
"""


@contextmanager
def slow_site(setting: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Serve a slow site in a process of its own; yield the process and its host and port."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", SLOW_SITE.format(setting=setting)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http://"))
        try:
            yield process, urlsplit(address).netloc
        finally:
            process.kill()


@pytest.mark.parametrize("letter", ["ا", "\u200c", "𐎠"])
def test_a_percent_encoded_query_of_512_characters_is_accepted(searcher: Searcher, letter: str) -> None:
    with running(create_app(searcher)) as netloc:
        connection = http.client.HTTPConnection(netloc, timeout=HANGS)
        connection.request("GET", f"/api/search?q={quote(letter * 512)}")
        response = connection.getresponse()
        body = response.read().decode()
        connection.close()
    assert response.status == 200, body
    assert letter * 512 in body


def test_a_persian_path_and_a_head_request_are_answered(searcher: Searcher) -> None:
    with running(create_app(searcher)) as netloc:
        connection = http.client.HTTPConnection(netloc, timeout=HANGS)
        connection.request("GET", f"/api/articles/{quote('نیست/خبر')}")
        missing = connection.getresponse()
        assert (missing.status, "نیست/خبر" in missing.read().decode()) == (404, True)
        connection.request("HEAD", "/healthz")
        head = connection.getresponse()
        assert (head.status, head.read()) == (200, b"")
        connection.close()


def raw_answer(netloc: str, request: bytes) -> tuple[int, str]:
    """Send raw bytes that no HTTP client would send; return the status and the body of the answer."""
    host, port = netloc.split(":")
    with socket.create_connection((host, int(port)), timeout=HANGS) as connection:
        connection.sendall(request)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response.read().decode()


def test_an_address_in_raw_utf_8_is_read_like_a_percent_encoded_one(searcher: Searcher) -> None:
    with running(create_app(searcher)) as netloc:
        status, body = raw_answer(
            netloc, "GET /api/search?q=می\u200cشود+%D8%A2ب HTTP/1.1\r\nHost: x\r\n\r\n".encode()
        )
        assert status == 200, body
        assert json.loads(body)["query"] == "می\u200cشود آب"
        status, body = raw_answer(netloc, "GET /api/articles/نیست HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert (status, json.loads(body)["article"]) == (404, "نیست")


@pytest.mark.parametrize("line", ["GET / HTTP/۱.۱", "GET /  HTTP/1.1", "GET /خبر تازه HTTP/1.1"])
def test_an_invalid_request_line_is_refused(line: str) -> None:
    with running(Flask("any")) as netloc:
        assert raw_answer(netloc, f"{line}\r\nHost: x\r\n\r\n".encode())[0] == 400


def test_a_port_in_use_is_one_clear_error_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError) as caught:
            serve(Flask("any"), "127.0.0.1", port)
    message = str(caught.value)
    assert f"127.0.0.1:{port}" in message
    assert "in use" in message
    assert "--port" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("host", "port"), [("no-such-host.invalid", 8000), ("127.0.0.1", 70000), ("192.0.2.1", 8000)]
)
def test_an_unavailable_address_is_one_clear_error_line(host: str, port: int) -> None:
    with pytest.raises(UsageError, match=f"cannot listen on {host}:{port}") as caught:
        serve(Flask("any"), host, port)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_server_after_the_answer_in_progress(number: signal.Signals) -> None:
    with slow_site() as (process, netloc):
        connection = http.client.HTTPConnection(netloc, timeout=HANGS)
        connection.request("GET", "/slow")
        assert process.stdout is not None
        assert process.stdout.readline() == "answering\n"
        process.send_signal(number)
        body = connection.getresponse().read().decode()
        connection.close()
        assert body == "چ" * 3_000_000
        assert process.stdout.readline() == "stopped\n"
        assert process.wait(timeout=HANGS) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_an_idle_connection_does_not_delay_the_stop() -> None:
    with slow_site("server.GRACE = 2 * 3600\n") as (process, netloc):
        host, port = netloc.split(":")
        with socket.create_connection((host, int(port))):
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=HANGS) == 0
