"""The production server: waitress on one address. It finishes running answers before it stops."""

import errno
import logging
import re
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any, cast

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

from indexer.errors import UsageError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_THREADS = 4
_BODY_LIMIT = 64 * 1024  # bytes; every request is a GET
# Bytes. A query of 512 characters with four bytes each takes 6,144 bytes in a percent-encoded address.
_HEADER_LIMIT = 32 * 1024
_TURN = 1.0  # seconds between two checks of the stop flag, unless a signal wakes the loop
_GRACE = 10.0  # seconds that running answers get to finish
_LAST_PORT = 65535
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_REASONS = {
    errno.EADDRINUSE: "the port is in use; stop the other program or choose another with --port",
    errno.EACCES: "ports below 1024 need special rights; choose another with --port",
    errno.EADDRNOTAVAIL: "this machine does not have that address; try --host 127.0.0.1",
}


class _Parser(HTTPRequestParser):
    """Also accepts an address in raw UTF-8, as people type it after `curl`: percent-encodes it first."""

    def parse_header(self, header_plus: bytes) -> None:
        line, ending, fields = header_plus.partition(b"\r\n")
        super().parse_header(_NOT_ASCII.sub(lambda byte: b"%%%02X" % ord(byte[0]), line) + ending + fields)


class _Channel(HTTPChannel):
    parser_class = _Parser


class Server:
    """A WSGI server that listens as soon as it is created, and answers requests while `run` runs.

    Port 0 means any free port; `address` contains the actual one. Raises `UsageError` if it cannot listen on
    the address.
    """

    def __init__(self, app: "WSGIApplication", host: str, port: int) -> None:
        listener = _listen(host, port)
        # waitress would log every queued request, but a short queue is no problem.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{listener.getsockname()[1]}"
        self._stopping = threading.Event()
        self._sockets: dict[int, Any] = {}
        # The return type is one of two classes, but with a single socket it is always the same one.
        self._waitress = cast(
            "Any",
            create_server(
                app,
                map=self._sockets,
                sockets=[listener],
                threads=_THREADS,
                ident="khabaryab",
                max_request_header_size=_HEADER_LIMIT,
                max_request_body_size=_BODY_LIMIT,
            ),
        )
        self._waitress.channel_class = _Channel

    def run(self) -> None:
        """Answer requests until `stop` is called, then finish the running ones and close."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=_TURN, map=self._sockets, count=1)
        self._drain()

    def stop(self) -> None:
        """Make `run` return soon. May be called from a signal handler or another thread."""
        self._stopping.set()
        self._waitress.pull_trigger()

    def _drain(self) -> None:
        wasyncore.dispatcher.close(self._waitress)  # refuses new connections, keeps the open ones
        deadline = time.monotonic() + _GRACE
        while self._is_busy() and time.monotonic() < deadline:
            wasyncore.loop(timeout=0.1, map=self._sockets, count=1)
        self._waitress.task_dispatcher.shutdown(timeout=0.5)
        wasyncore.close_all(self._sockets)

    def _is_busy(self) -> bool:
        channels = [one for one in self._sockets.values() if isinstance(one, HTTPChannel)]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def serve(app: "WSGIApplication", host: str, port: int) -> None:
    """Print one line with the address and serve until SIGINT or SIGTERM. Call it from the main thread.

    A second signal ends the process at once. Raises `UsageError` if it cannot listen on the address.
    """
    server = Server(app, host, port)
    with _stopped_by_signals(server):
        print(f"Khabaryab answers at {server.address} (Ctrl+C stops it)", flush=True)
        server.run()


@contextmanager
def _stopped_by_signals(server: Server) -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(number: int, frame: FrameType | None) -> None:
        restore()
        server.stop()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        restore()


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port <= _LAST_PORT:  # getaddrinfo would silently wrap a larger number around
        raise UsageError(f"cannot listen on {host}:{port}: a port is a number from 0 to {_LAST_PORT}")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        return socket.create_server(address[:2], family=family)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {_reason(error)}") from None


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "this host name is not known here; try --host 127.0.0.1"
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
