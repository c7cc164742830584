"""Runs the analysis of many articles in several processes.

A worker is this module run as a program. It reads tasks from its standard input and writes results to its
standard output, both pickled. So it ends when the process that started it ends, whatever ends that. Batches
are handed out in turn, and results come back in order: the same articles give the same results in the same
order, however many workers there are. A worker is at most two batches ahead, which bounds the memory.
"""

import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Any, Protocol, Self, cast

from indexer.errors import WorkerLost
from indexer.persian.lexicon import load_lexicon

# Batches that a worker has got and that are not yet fetched: one in work, one waiting or done.
_AHEAD = 2

# Prepares a worker: it opens what the work needs, and gives the function that does the work on one batch. It
# must be picklable.
type Job[Batch, Result] = Callable[[], AbstractContextManager[Callable[[Batch], Result]]]


@dataclass(frozen=True, slots=True)
class _Begin:
    """Tells a worker which job the next batches are for."""

    job: Job[Any, Any]


class Workers(Protocol):
    """Does a job on batches."""

    def map[Batch, Result](self, job: Job[Batch, Result], batches: Iterable[Batch]) -> Iterator[Result]:
        """Yield the result of each batch, in order.

        Raises:
            WorkerLost: a worker ended without a result.
            Exception: what the job raised.

        """

    def __enter__(self) -> Self:
        """Start."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers."""


def workers(articles: int, fewest: int = 1_000) -> Workers:
    """Return workers for this number of articles: none beside this process if there are fewer than `fewest`.

    Starting a process, which loads the lexicon, takes about as long as the analysis of so many articles.
    """
    return WorkerProcesses(_cores()) if articles >= fewest else ThisProcess()


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class ThisProcess:
    """Does the job in this process."""

    def map[Batch, Result](self, job: Job[Batch, Result], batches: Iterable[Batch]) -> Iterator[Result]:
        """Yield the result of each batch, in order."""
        with job() as work:
            yield from map(work, batches)

    def __enter__(self) -> Self:
        """Do nothing."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing."""


class WorkerProcesses:
    """Does the job in this number of processes."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        """Start the processes. They load what they need meanwhile."""
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-P", "-m", "indexer.workers"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment,
            )
            for _ in range(self._count)
        ]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers, whatever they are doing."""
        for process in self._processes:
            process.kill()
        for process in self._processes:
            with ExitStack() as pipes:
                for pipe in (process.stdin, process.stdout):
                    if pipe:
                        pipes.callback(_close, pipe)
            process.wait()
        self._processes = []

    def map[Batch, Result](self, job: Job[Batch, Result], batches: Iterable[Batch]) -> Iterator[Result]:
        """Yield the result of each batch, in order."""
        for process in self._processes:
            self._send(process, _Begin(job))
        left = iter(batches)
        busy: deque[subprocess.Popen[bytes]] = deque()
        for process in self._processes * _AHEAD:
            self._give(process, left, busy)
        while busy:
            process = busy.popleft()
            result: Result = self._fetch(process)
            self._give(process, left, busy)
            yield result

    def _give[Batch](
        self, process: subprocess.Popen[bytes], left: Iterator[Batch], busy: deque[subprocess.Popen[bytes]]
    ) -> None:
        for batch in left:
            self._send(process, batch)
            busy.append(process)
            return

    @staticmethod
    def _send(process: subprocess.Popen[bytes], item: object) -> None:
        pipe = cast(IO[bytes], process.stdin)
        try:
            pickle.dump(item, pipe, pickle.HIGHEST_PROTOCOL)
            pipe.flush()
        except OSError as error:
            raise _lost(process) from error

    @staticmethod
    def _fetch(process: subprocess.Popen[bytes]) -> Any:
        try:
            is_result, item = pickle.load(cast(IO[bytes], process.stdout))  # noqa: S301 from our own process
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            raise _lost(process) from error
        if not is_result:
            raise item
        return item


def _close(pipe: IO[bytes]) -> None:
    with suppress(OSError):  # what was still to be written has no reader any more
        pipe.close()


def _lost(process: subprocess.Popen[bytes]) -> WorkerLost:
    code = process.wait()
    how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
    return WorkerLost(
        f"a process that analyses articles {how}, perhaps because memory ran out: nothing was published; "
        "build again"
    )


def main() -> None:
    """Do jobs, until there is no more input."""
    # Ctrl-C reaches all processes of a terminal. The one that started this worker ends it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    results = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # What all jobs need, loaded while the first is still on its way.
    load_lexicon()
    with results, ExitStack() as stack:
        work: Callable[[object], object] = _nothing
        while (item := _next_item()) is not None:
            if isinstance(item, _Begin):
                stack.close()
                work = _begin(item.job, stack)
                continue
            results.write(_answer(work, item))
            results.flush()


def _next_item() -> object:
    try:
        return pickle.load(sys.stdin.buffer)  # noqa: S301 from the process that started this one
    except EOFError:
        return None


def _begin(job: Job[object, object], stack: ExitStack) -> Callable[[object], object]:
    """Return the work of a job. If the job cannot begin, all its work fails with the same error."""
    try:
        return stack.enter_context(job())
    except Exception as error:
        failed = error

        def fails(_: object) -> object:
            raise failed

        return fails


def _nothing(_: object) -> object:
    raise RuntimeError("a worker got a batch before a job")


def _answer(work: Callable[[object], object], item: object) -> bytes:
    try:
        return pickle.dumps((True, work(item)), pickle.HIGHEST_PROTOCOL)
    except Exception as error:
        try:
            answer = pickle.dumps((False, error), pickle.HIGHEST_PROTOCOL)
            pickle.loads(answer)  # noqa: S301 an exception may be written but not read back
        except Exception:
            return pickle.dumps((False, RuntimeError(traceback.format_exc())), pickle.HIGHEST_PROTOCOL)
        return answer


if __name__ == "__main__":
    # Under its own name, so that both sides mean the same classes.
    from indexer import workers as module

    module.main()
