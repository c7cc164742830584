"""The production server: waitress on one address. It finishes running answers before it stops."""

import errno
import logging
import re
import resource
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
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import create_server

from indexer.errors import UsageError
from search_web.web.admission import THREADS

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

_BODY_LIMIT = 64 * 1024  # bytes; every request is a GET
# Bytes. A query of 512 characters with four bytes each takes 6,144 bytes in a percent-encoded address.
_HEADER_LIMIT = 32 * 1024
_CONNECTIONS = 500  # at most, and at most half of the files that the process may open
# Seconds in which a request must arrive, and in which an idle connection must send the next one.
_IDLE = 20
_DROPPED = 8 * 1024 * 1024  # bytes that are read and dropped after the last answer of a connection
_TURN = 1.0  # seconds between two checks of the stop flag, unless a signal wakes the loop
_GRACE = 10.0  # seconds that running answers get to finish
_LAST_PORT = 65535
# RFC 3986, section 3.2: a host name or address with an optional port. 253 characters is the longest name.
_HOST = re.compile(r"([\w.~%-]{0,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{0,5})?", re.ASCII)
_LABEL = 63  # the most characters between two dots
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_REASONS = {
    errno.EADDRINUSE: "the port is in use; stop the other program or choose another with --port",
    errno.EACCES: "ports below 1024 need special rights; choose another with --port",
    errno.EADDRNOTAVAIL: "this machine does not have that address; try --host 127.0.0.1",
}


class _Parser(HTTPRequestParser):
    """Also accepts an address in raw UTF-8, as people type it after `curl`: percent-encodes it first.

    Refuses a Host that RFC 9110 does not allow, as section 7.2 demands.
    """

    def parse_header(self, header_plus: bytes) -> None:
        line, ending, fields = header_plus.partition(b"\r\n")
        try:
            super().parse_header(_NOT_ASCII.sub(_percent_encoded, line) + ending + fields)
        except ValueError as error:  # a length with thousands of digits
            raise ParsingError("the header is invalid") from error
        host = self.headers.get("HOST")
        if not _is_host(host or "") or (host is None and self.version == "1.1"):
            raise ParsingError("the Host is missing or invalid")


def _percent_encoded(byte: re.Match[bytes]) -> bytes:
    return b"%%%02X" % ord(byte[0])


def _is_host(host: str) -> bool:
    return bool(_HOST.fullmatch(host)) and all(len(label) <= _LABEL for label in host.split("."))


class _Channel(HTTPChannel):
    """A connection that gives each request `_IDLE` seconds to arrive, however slowly its client sends.

    After the last answer it closes only its own side and drops what the client still sends. If it closed both
    sides, a client that sends a longer request than we accept would lose the answer that says so.
    """

    parser_class = _Parser
    _dropped: int | None = None  # bytes dropped after the last answer; None before it was sent

    def handle_read(self) -> None:
        """Read what came. The parts of an unfinished request do not prolong its time."""
        was_unfinished, since = self.request is not None, self.last_activity
        super().handle_read()
        if self._dropped is not None or (was_unfinished and self.request is not None):
            self.last_activity = since

    def received(self, data: bytes) -> bool:
        """Take data of a request, or drop it after the last answer."""
        if self._dropped is None:
            return bool(super().received(data))
        self._dropped += len(data)
        if self._dropped > _DROPPED:
            self.handle_close()
        return False

    def handle_write(self) -> None:
        """Send what is waiting to be sent; after the last answer, close our side."""
        if not self.close_when_flushed:
            return super().handle_write()
        # Else waitress would close both sides. The thread that sets it has finished: it is not set again.
        self.close_when_flushed = False
        super().handle_write()
        if self.connected and self.total_outbufs_len:
            self.close_when_flushed = True
        elif self.connected:
            self._close_our_side()
        return None

    def _close_our_side(self) -> None:
        self._dropped = 0
        try:
            cast("socket.socket", self.socket).shutdown(socket.SHUT_WR)
        except OSError:  # the client has gone
            self.handle_close()


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
                threads=THREADS,
                ident="khabaryab",
                max_request_header_size=_HEADER_LIMIT,
                max_request_body_size=_BODY_LIMIT,
                connection_limit=min(_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2),
                channel_timeout=_IDLE,
                cleanup_interval=_IDLE // 4,
                log_socket_errors=False,  # a client that hangs up is no problem
            ),
        )
        self._waitress.channel_class = _Channel

    def run(self) -> None:
        """Answer requests until `stop` is called, then finish the running ones and close."""
        while not self._stopping.is_set():
            wasyncore.loop(timeout=_TURN, use_poll=True, map=self._sockets, count=1)
        self._drain()

    def stop(self) -> None:
        """Make `run` return soon. May be called from a signal handler or another thread."""
        self._stopping.set()
        self._waitress.pull_trigger()

    def _drain(self) -> None:
        wasyncore.dispatcher.close(self._waitress)  # refuses new connections, keeps the open ones
        deadline = time.monotonic() + _GRACE
        while self._is_busy() and time.monotonic() < deadline:
            wasyncore.loop(timeout=0.1, use_poll=True, map=self._sockets, count=1)
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
