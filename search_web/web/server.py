"""The production server of one process: waitress. It finishes running answers before it stops."""

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
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, cast

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from indexer.errors import UsageError
from search_web.web.admission import THREADS
from search_web.web.turns import Turn, shared_turns

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
_COURTESY = 0.05  # seconds that a worker leaves a connection to a less busy one
_LOOK = 0.005  # seconds between two looks at a connection that was left to another worker
GRACE = 10.0  # seconds that running answers get to finish
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


@dataclass(frozen=True)
class Listener:
    """A socket that takes connections, and the address of the server as a URL."""

    socket: socket.socket
    address: str


def listen(host: str, port: int) -> Listener:
    """Listen on an address; port 0 takes a free one, which `address` then names.

    Raises `UsageError` if the address cannot be had.
    """
    if not 0 <= port <= _LAST_PORT:  # getaddrinfo would silently wrap a larger number around
        raise UsageError(f"cannot listen on {host}:{port}: a port is a number from 0 to {_LAST_PORT}")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.create_server(address[:2], family=family)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port}: {_reason(error)}") from None
    shown = f"[{host}]" if ":" in host else host
    return Listener(listening, f"http://{shown}:{listening.getsockname()[1]}")


def _reason(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "this host name is not known here; try --host 127.0.0.1"
    return _REASONS.get(error.errno or 0, error.strerror or str(error))


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


class _Acceptor(TcpWSGIServer):
    """Takes connections. If another worker is less busy, that one gets the first chance."""

    channel_class = _Channel
    turn: Turn
    _yielded_at = 0.0

    @property
    def yields(self) -> bool:
        """Whether a connection waits that a less busy worker may still take."""
        return time.monotonic() - self._yielded_at < _COURTESY and self.turn.is_of_another()

    def readable(self) -> bool:
        """Return whether more connections are wanted now; the loop asks before each wait."""
        channels: list[HTTPChannel] = list(cast("Any", self.active_channels).values())
        self.turn.tell(sum(bool(channel.requests) for channel in channels), len(channels))
        return bool(super().readable()) and not self.yields

    def handle_accept(self) -> None:
        """Take the connection that waits, unless it was just left to another worker."""
        now = time.monotonic()
        if self.turn.is_of_another() and now - self._yielded_at > 2 * _COURTESY:
            self._yielded_at = now
            return
        super().handle_accept()


class Server:
    """A WSGI server that answers requests while `run` runs.

    Several processes may share a listener; `turn` then says which of them should take the next connection.
    """

    def __init__(self, app: "WSGIApplication", listener: Listener, turn: Turn | None = None) -> None:
        # waitress would log every queued request, but a short queue is no problem.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        self.address = listener.address
        self._stopping = threading.Event()
        self._sockets: dict[int, Any] = {}
        self._threads = ThreadedTaskDispatcher()
        self._threads.set_thread_count(THREADS)
        listening = listener.socket
        self._acceptor = _Acceptor(
            app,
            map=self._sockets,
            _sock=listening,
            bind_socket=False,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
            dispatcher=self._threads,
            adj=Adjustments(
                ident="khabaryab",
                max_request_header_size=_HEADER_LIMIT,
                max_request_body_size=_BODY_LIMIT,
                connection_limit=min(_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2),
                channel_timeout=_IDLE,
                cleanup_interval=_IDLE // 4,
                log_socket_errors=False,  # a client that hangs up is no problem
            ),
        )
        self._acceptor.turn = turn or shared_turns(1)[0]

    def run(self) -> None:
        """Answer requests until `stop` is called, then finish the running ones and close."""
        while not self._stopping.is_set():
            timeout = _LOOK if self._acceptor.yields else _TURN
            wasyncore.loop(timeout=timeout, use_poll=True, map=self._sockets, count=1)
        self._drain()

    def stop(self) -> None:
        """Make `run` return soon. May be called from a signal handler or another thread."""
        self._stopping.set()
        self._acceptor.pull_trigger()

    def _drain(self) -> None:
        self._acceptor.turn.leave()
        wasyncore.dispatcher.close(self._acceptor)  # refuses new connections, keeps the open ones
        deadline = time.monotonic() + GRACE
        while self._is_busy() and time.monotonic() < deadline:
            wasyncore.loop(timeout=0.1, use_poll=True, map=self._sockets, count=1)
        self._threads.shutdown(timeout=1)
        wasyncore.close_all(self._sockets)

    def _is_busy(self) -> bool:
        channels = [one for one in self._sockets.values() if isinstance(one, HTTPChannel)]
        return any(channel.requests or channel.total_outbufs_len for channel in channels)


def serve(app: "WSGIApplication", host: str, port: int) -> None:
    """Print one line with the address and serve until SIGINT or SIGTERM. Call it from the main thread.

    A second signal ends the process at once. Raises `UsageError` if it cannot listen on the address.
    """
    server = Server(app, listen(host, port))
    with _stopped_by_signals(server):
        announce(server.address)
        server.run()


def announce(address: str) -> None:
    """Print the line that says where the server answers."""
    print(f"Khabaryab answers at {address} (Ctrl+C stops it)", flush=True)


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
