"""Serves one address with several processes: starts the workers, replaces those that die, and stops them all.

The parent listens, and answers nothing itself. Each worker is a fork of it with a server of its own on the
same listener: whichever is free takes the next connection. What the parent has imported is in memory once, so
are the files that the workers map. The parent starts no thread, because a fork copies only the thread that
forks.

They talk by pipes, which end by themselves when a process dies:

- Each worker writes one byte to the parent when it answers. The pipe ends when the worker has died.
- The *lifeline* ends when the parent stops the server or has died. The workers then finish the answers that
  run, and end.
"""

import gc
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn

from indexer.errors import UsageError, WorkersFailed
from search_web.web import server
from search_web.web.server import Listener, Server, announce, listen
from search_web.web.turns import shared_turns

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

log = logging.getLogger("khabaryab")

# Opens what a worker serves. It is called in the process of the worker with its number, from 1 on; with None
# in a server of one process.
Site = Callable[[int | None], AbstractContextManager["WSGIApplication"]]

_MOST = 256  # workers; more is a typing error
# Seconds between the end of a worker and the next start. Each end within `_STEADY` seconds doubles them.
_FIRST_PAUSE, _LONGEST_PAUSE, _STEADY = 1.0, 60.0, 60.0
_ATTEMPTS = 5  # starts in a row that fail while no worker answers; then the parent gives up
_MARGIN = 2.0  # seconds that a worker gets to end, after those for its running answers
_STOPS = (signal.SIGINT, signal.SIGTERM)


def serve(site: Site, host: str, port: int, workers: int) -> None:
    """Print one line with the address and serve until SIGINT or SIGTERM. Call it from the main thread.

    One worker is this process itself. With several, this process must have no other thread. A second signal
    ends everything at once. In the processes of the workers the call ends by SystemExit, or with the error
    of `site`.

    Raises:
        UsageError: it cannot listen on the address, or the number of workers is not from 1 to 256.
        WorkersFailed: the workers die again and again before they answer.
        SystemExit: the first worker could not open the site, and has said why.

    """
    if not 1 <= workers <= _MOST:
        raise UsageError(f"--workers {workers}: the number of workers is from 1 to {_MOST}")
    if workers > 1 and not hasattr(os, "fork"):
        log.warning("this system cannot fork processes: one worker serves")
        workers = 1
    if workers == 1:
        with site(None) as app:
            server.serve(app, host, port)
        return
    _Parent(site, listen(host, port), workers).run()


@dataclass
class _Worker:
    """A worker by its number. At most one process at a time does its work."""

    number: int
    process: int = 0  # 0 while there is none
    news: int = -1  # the reading end of the pipe from the process
    answers: bool = False
    started: float = 0.0
    pause: float = 0.0  # seconds that the last start waited
    due: float = 0.0  # when to start the next process


class _Parent:
    def __init__(self, site: Site, listener: Listener, workers: int) -> None:
        self._site = site
        self._listener = listener
        self._workers = [_Worker(number) for number in range(1, workers + 1)]
        self._turns = shared_turns(workers)
        self._lifeline = os.pipe()
        self._alarm = os.pipe()  # wakes the parent when a signal comes
        self._handlers: dict[signal.Signals, Any] = {}
        self._signal: int | None = None
        self._is_announced = False
        self._failures = 0  # processes in a row that died before they answered

    def run(self) -> None:
        """Serve until a signal comes. The other workers start when the first one answers."""
        gc.collect()
        gc.freeze()  # the collector would write to memory that the workers share
        try:
            with self._told_by_signals():
                while self._signal is None:
                    self._start_due()
                    self._wait(self._seconds_to_next_start())
                self._drain()
        finally:
            self._kill()
        if self._signal and not self._is_announced:
            signal.raise_signal(self._signal)  # as if the program had not begun to serve

    @contextmanager
    def _told_by_signals(self) -> Iterator[None]:
        self._handlers = {number: signal.getsignal(number) for number in _STOPS}
        for number in _STOPS:
            signal.signal(number, self._signalled)
        try:
            yield
        finally:
            self._restore_handlers()

    def _signalled(self, number: int, frame: FrameType | None) -> None:
        if self._signal is None:
            self._signal = number
            os.write(self._alarm[1], b"!")
            return
        self._kill()
        self._restore_handlers()
        signal.raise_signal(number)

    def _restore_handlers(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)

    def _wanted(self) -> list[_Worker]:
        # If the first worker cannot open the index, the others cannot either: one line is enough.
        return self._workers if self._is_announced else self._workers[:1]

    def _start_due(self) -> None:
        for worker in self._wanted():
            if not worker.process and worker.due <= time.monotonic():
                self._start(worker)

    def _seconds_to_next_start(self) -> float | None:
        due = [worker.due for worker in self._wanted() if not worker.process]
        return max(0.0, min(due) - time.monotonic()) if due else None

    def _start(self, worker: _Worker) -> None:
        worker.news, told = os.pipe()
        worker.started = time.monotonic()
        try:
            is_worker = self._forked(worker)
        except OSError as error:
            os.close(worker.news)
            self._failed(worker, f"cannot be started ({error.strerror})")
            is_worker = False
        if is_worker:
            self._work(worker.number, told)
        os.close(told)

    def _forked(self, worker: _Worker) -> bool:
        """Fork; return whether this is the process of the worker."""
        # A signal must meet neither a worker with the handlers of the parent nor a worker that is not noted.
        unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPS)
        try:
            worker.process = os.fork()
            if worker.process:
                return False
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to the workers, too
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os.close(self._lifeline[1])
            self._workers.clear()  # they and the handlers are the parent's to end
            self._handlers.clear()
            return True
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)

    def _work(self, number: int, told: int) -> NoReturn:
        with self._site(number) as app:
            own = Server(app, self._listener, self._turns[number - 1])
            signal.signal(signal.SIGTERM, lambda *_: own.stop())
            threading.Thread(target=self._stop_with_parent, args=(own,), daemon=True).start()
            os.write(told, b"!")
            own.run()
        sys.exit(0)

    def _stop_with_parent(self, own: Server) -> None:
        os.read(self._lifeline[0], 1)
        own.stop()

    def _wait(self, seconds: float | None) -> None:
        """Wait for news of a worker or for a signal, at most so long; None waits without an end."""
        workers = {worker.news: worker for worker in self._workers if worker.process}
        for source in select.select([self._alarm[0], *workers], [], [], seconds)[0]:
            if os.read(source, 1):
                self._answers(workers.get(source))
            else:
                self._ended(workers[source])

    def _answers(self, worker: _Worker | None) -> None:
        if worker is None:  # the byte came from the alarm
            return
        worker.answers, self._failures = True, 0
        if not self._is_announced:
            self._is_announced = True
            announce(self._listener.address)

    def _ended(self, worker: _Worker) -> None:
        os.close(worker.news)
        self._turns[worker.number - 1].leave()
        process, worker.process = worker.process, 0
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        answered, worker.answers = worker.answers, False
        if self._signal is not None:
            return
        if not self._is_announced and code > 0:
            sys.exit(code)  # the worker has said why
        how = f"ended with exit code {code}" if code >= 0 else f"was killed ({signal.strsignal(-code)})"
        self._failures += not answered
        self._failed(worker, f"(process {process}) {how}")

    def _failed(self, worker: _Worker, what: str) -> None:
        """Let the worker start again after a while, or give up."""
        line = f"worker {worker.number} {what}"
        if not self._is_announced:
            raise WorkersFailed(f"{line} before it answered; is there enough memory?")
        if self._failures >= _ATTEMPTS and not any(other.answers for other in self._workers):
            raise WorkersFailed(f"{line}; no worker is left, and the last {self._failures} starts failed")
        is_steady = time.monotonic() - worker.started > _STEADY
        worker.pause = _FIRST_PAUSE if is_steady else min(max(2 * worker.pause, _FIRST_PAUSE), _LONGEST_PAUSE)
        worker.due = time.monotonic() + worker.pause
        log.warning("%s; another one starts in %.0f s", line, worker.pause)

    def _drain(self) -> None:
        """Let the workers finish their running answers. Those that do not answer yet have none."""
        self._listener.socket.close()
        os.close(self._lifeline[1])
        for worker in self._workers:
            if worker.process and not worker.answers:
                os.kill(worker.process, signal.SIGKILL)
        deadline = time.monotonic() + server.GRACE + _MARGIN
        while any(worker.process for worker in self._workers) and time.monotonic() < deadline:
            self._wait(max(0.0, deadline - time.monotonic()))

    def _kill(self) -> None:
        for worker in self._workers:
            process, worker.process = worker.process, 0
            if process:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
