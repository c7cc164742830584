"""Runs the program as a user does, as processes, and measures their time and memory (Linux only)."""

import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer.errors import KhabaryabError

KHABARYAB = (sys.executable, "-m", "search_web")
_SAMPLING = 0.5  # seconds between two looks at the memory of a running process


class BenchmarkError(KhabaryabError):
    """A measured process failed."""


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process: seconds by the clock, seconds of all cores, and its highest memory in bytes.

    Its child processes are included.
    """

    seconds: float
    processor_seconds: float
    memory: int


def run(*arguments: str) -> Run:
    """Run `khabaryab` with these arguments to its end.

    Raises:
        BenchmarkError: it failed.

    """
    before, start, memory = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter(), 0
    with subprocess.Popen(  # noqa: S603 - our own command
        [*KHABARYAB, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as process:
        while True:
            try:
                _, errors = process.communicate(timeout=_SAMPLING)
                break
            except subprocess.TimeoutExpired:
                memory = max(memory, memory_of(process.pid))
    seconds, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise BenchmarkError(f"khabaryab {' '.join(arguments)}: failed: {errors.decode().strip()}")
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, used, memory)


def memory_of(process: int) -> int:
    """Return the bytes of a process and its children; pages that several map are divided among them (PSS).

    A process that has ended counts nothing.
    """
    return sum(_proportional_set(each) for each in _tree(process))


def _proportional_set(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _tree(process: int) -> Iterator[int]:
    yield process
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from _tree(child)


@dataclass(frozen=True, slots=True)
class Server:
    """A running `khabaryab serve`: host and port, its process, and the seconds until it listened."""

    address: str
    process: int
    seconds: float


@contextmanager
def serving(index: Path) -> Iterator[Server]:
    """Run a server on a free port until the block ends.

    Raises:
        BenchmarkError: it ended before it listened.

    """
    start = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - our own command
        [*KHABARYAB, "serve", "--index", str(index), "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    ) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            addresses = [word for word in line.split() if word.startswith("http://")]
            if not addresses:
                raise BenchmarkError(f"{index}: khabaryab serve ended before it listened")
            yield Server(addresses[0].removeprefix("http://"), process.pid, time.perf_counter() - start)
        finally:
            process.terminate()


def size_of(folder: Path) -> int:
    """Return the bytes of all files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
