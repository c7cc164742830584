"""Workers: results in order from any number of processes, and how errors and lost processes are told."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from indexer.errors import IndexCorrupt, WorkerLost
from indexer.workers import ThisProcess, WorkerProcesses, Workers, workers


@contextmanager
def adding(summand: int) -> Iterator[Callable[[int], int]]:
    yield lambda number: number + summand


@contextmanager
def failing(error: Exception) -> Iterator[Callable[[int], int]]:
    def work(number: int) -> int:
        if number == 3:
            raise error
        return number

    yield work


@contextmanager
def broken() -> Iterator[Callable[[int], int]]:
    raise IndexCorrupt("archive.sqlite: broken")
    yield lambda number: number


@contextmanager
def ending() -> Iterator[Callable[[int], int]]:
    def work(number: int) -> int:
        if number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    yield work


@contextmanager
def printing() -> Iterator[Callable[[int], int]]:
    def work(number: int) -> int:
        print("this must not be taken for a result")
        return number

    yield work


@pytest.fixture(params=[ThisProcess, partial(WorkerProcesses, 1), partial(WorkerProcesses, 3)])
def running(request: pytest.FixtureRequest) -> Iterator[Workers]:
    with request.param() as working:
        yield working


def test_results_come_in_the_order_of_the_batches_job_after_job(running: Workers) -> None:
    for summand in (5, 7):
        assert list(running.map(partial(adding, summand), range(20))) == [
            number + summand for number in range(20)
        ]
    assert list(running.map(partial(adding, 1), [])) == []


@pytest.mark.parametrize("error", [IndexCorrupt("archive.sqlite: broken"), ValueError("a value")])
def test_the_error_of_a_job_is_raised_where_its_result_would_come(running: Workers, error: Exception) -> None:
    results = running.map(partial(failing, error), range(6))
    assert [next(results) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(type(error), match=str(error)):
        next(results)


def test_an_error_while_a_job_begins_is_raised(running: Workers) -> None:
    with pytest.raises(IndexCorrupt, match=r"archive\.sqlite: broken"):
        list(running.map(broken, range(3)))


def test_what_a_job_prints_is_not_taken_for_a_result() -> None:
    with WorkerProcesses(2) as working:
        assert list(working.map(printing, range(4))) == [0, 1, 2, 3]


def test_a_worker_that_is_killed_is_told_in_one_line() -> None:
    with WorkerProcesses(2) as working, pytest.raises(WorkerLost, match=r"ended by signal 9.*build again$"):
        list(working.map(ending, range(9)))


def test_few_articles_are_analysed_in_this_process() -> None:
    assert isinstance(workers(999), ThisProcess)
    assert isinstance(workers(1_000), WorkerProcesses)


_STARTS = """
import sys, time
from indexer.workers import WorkerProcesses
with WorkerProcesses(1) as working:
    print(working._processes[0].pid, flush=True)
    time.sleep(60)
"""


def test_a_worker_ends_when_its_build_is_killed() -> None:
    build = subprocess.Popen([sys.executable, "-c", _STARTS], stdout=subprocess.PIPE, text=True)
    assert build.stdout is not None
    worker = int(build.stdout.readline())
    build.kill()
    build.wait()
    build.stdout.close()
    for _ in range(600):
        if not _lives(worker):
            return
        time.sleep(0.1)
    pytest.fail("the worker goes on without its build")


def _lives(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
