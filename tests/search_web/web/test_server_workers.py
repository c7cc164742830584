"""Several processes answer at one address: who answers, who dies, and how all of them stop."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from commands import HANGS, environment, khabaryab, serving
from conftest import ROOT, SEEDS, build

from indexer.build import BuildOptions

pytestmark = pytest.mark.slow

PLAIN = BuildOptions(semantic=False, allow_shrink=True)

# A site that tells which process answers. Requests to /held wait until the file `go` exists.
SITE = """
import logging, os, signal, sys, time
from contextlib import contextmanager
from pathlib import Path
from flask import Flask
from indexer.errors import IndexMissing, KhabaryabError
from search_web.web import server, workers

folder = Path(sys.argv[1])
logging.basicConfig(format="%(message)s")

@contextmanager
def site(worker):
    with (folder / "started").open("a") as started:
        print(os.getpid(), file=started)
    {opening}
    app = Flask(__name__)

    @app.get("/")
    def process():
        return str(os.getpid())

    @app.get("/held")
    def held():
        (folder / f"held-{{os.getpid()}}-{{time.monotonic_ns()}}").touch()
        while not (folder / "go").exists():
            time.sleep(.01)
        return str(os.getpid()) + " " + "چ" * 1_000_000

    yield app

{setting}
try:
    workers.serve(site, "127.0.0.1", 0, 2)
except KhabaryabError as error:
    sys.exit(f"error: {{error}}")
print("stopped", flush=True)
"""


@dataclass
class Running:
    process: subprocess.Popen[str]
    netloc: str
    folder: Path

    def ask(self, path: str = "/") -> str:
        with urllib.request.urlopen(f"http://{self.netloc}{path}", timeout=HANGS) as response:
            return response.read().decode()

    def started(self) -> list[int]:
        """Every process that was ever started as a worker."""
        return [int(line) for line in (self.folder / "started").read_text().split()]

    def answering(self, number: int) -> set[int]:
        """Wait until so many workers have answered; return their processes."""
        seen: set[int] = set()

        def all_seen() -> bool:
            seen.add(int(self.ask()))
            return len({process for process in seen if is_alive(process)}) == number

        wait_until(all_seen)
        return {process for process in seen if is_alive(process)}

    def held(self) -> int:
        return len(list(self.folder.glob("held-*")))

    def error(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.read()


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + HANGS
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    """Return whether a process runs; one that has ended but was not yet collected does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


@contextmanager
def site_process(folder: Path, setting: str = "", opening: str = "") -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SITE.format(setting=setting, opening=opening or "pass"), folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(PYTHONPATH=str(ROOT)),
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def two_workers(folder: Path, setting: str = "", opening: str = "") -> Iterator[Running]:
    with site_process(folder, setting, opening) as process:
        assert process.stdout is not None
        address = next(word for word in process.stdout.readline().split() if word.startswith("http://"))
        yield Running(process, urlsplit(address).netloc, folder)


def test_two_processes_answer_at_one_address_and_the_parent_is_none_of_them(tmp_path: Path) -> None:
    with two_workers(tmp_path) as running:
        assert running.process.pid not in running.answering(2)
        assert len(running.started()) == 2


def test_a_busy_worker_leaves_the_next_request_to_the_other(tmp_path: Path) -> None:
    with two_workers(tmp_path) as running, ThreadPoolExecutor() as pool:
        workers = running.answering(2)
        answers = []
        for number in range(4):
            answers.append(pool.submit(running.ask, "/held"))
            wait_until(lambda number=number: running.held() == number + 1)
        assert running.ask()  # whichever is asked still answers others
        (tmp_path / "go").touch()
        by = [int(answer.result().split()[0]) for answer in answers]
    assert set(by) == workers


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("is_to_all", [False, True], ids=["to the parent", "to all, as Ctrl-C in a terminal"])
def test_a_signal_stops_all_after_the_answers_in_progress(
    tmp_path: Path, number: signal.Signals, is_to_all: bool
) -> None:
    with two_workers(tmp_path, f"server.GRACE = {HANGS}") as running, ThreadPoolExecutor() as pool:
        workers = running.answering(2)
        answers = [pool.submit(running.ask, "/held") for _ in range(4)]
        wait_until(lambda: running.held() == 4)
        (os.killpg if is_to_all else os.kill)(running.process.pid, number)
        wait_until(lambda: is_refused(running.netloc))
        (tmp_path / "go").touch()
        assert {len(answer.result().split()[1]) for answer in answers} == {1_000_000}
        assert running.process.stdout is not None
        assert running.process.stdout.read() == "stopped\n"
        assert running.process.wait(timeout=HANGS) == 0
        assert running.error() == ""
        assert not any(map(is_alive, workers))


def is_refused(netloc: str) -> bool:
    host, port = netloc.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=HANGS).close()
    except ConnectionError:
        return True
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_everything_at_once(tmp_path: Path, number: signal.Signals) -> None:
    with two_workers(tmp_path, f"server.GRACE = {2 * HANGS}") as running, ThreadPoolExecutor() as pool:
        workers = running.answering(2)
        answer = pool.submit(running.ask, "/held")
        wait_until(lambda: running.held() == 1)
        running.process.send_signal(number)
        wait_until(lambda: is_refused(running.netloc))
        running.process.send_signal(number)
        assert running.process.wait(timeout=HANGS) == -number
        assert isinstance(answer.exception(), OSError | http.client.HTTPException)
        wait_until(lambda: not any(map(is_alive, workers)))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_worker_that_dies_is_replaced_and_no_later_request_fails(
    tmp_path: Path, number: signal.Signals
) -> None:
    with two_workers(tmp_path) as running:
        before = running.answering(2)
        victim = min(before)
        os.kill(victim, number)
        wait_until(lambda: not is_alive(victim))
        after = running.answering(2)  # raises if a request fails
        assert len(after - before) == 1
        running.process.terminate()
        assert running.process.wait(timeout=HANGS) == 0
        (line,) = running.error().splitlines()
    how = r"was killed \(Killed\)" if number == signal.SIGKILL else "ended with exit code 0"
    assert re.fullmatch(rf"worker [12] \(process {victim}\) {how}; another one starts in 1 s", line)


def test_no_worker_is_left_when_the_parent_is_killed(tmp_path: Path) -> None:
    with two_workers(tmp_path, f"server.GRACE = {HANGS}") as running, ThreadPoolExecutor() as pool:
        workers = running.answering(2)
        answer = pool.submit(running.ask, "/held")
        wait_until(lambda: running.held() == 1)
        running.process.kill()
        wait_until(lambda: is_refused(running.netloc))
        (tmp_path / "go").touch()
        assert answer.result().endswith("چ")
        wait_until(lambda: not any(map(is_alive, workers)))


def test_a_parent_that_is_killed_while_the_first_worker_opens_leaves_none(tmp_path: Path) -> None:
    waiting = 'while not (folder / "go").exists(): time.sleep(.01)'
    with site_process(tmp_path, opening=waiting) as process:
        wait_until(lambda: (tmp_path / "started").exists() and (tmp_path / "started").read_text() != "")
        process.kill()
        (tmp_path / "go").touch()
        worker = int((tmp_path / "started").read_text())
        wait_until(lambda: not is_alive(worker))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_the_first_worker_opens_ends_both(tmp_path: Path, number: signal.Signals) -> None:
    with site_process(tmp_path, opening="time.sleep(3600)") as process:
        wait_until(lambda: (tmp_path / "started").exists() and (tmp_path / "started").read_text() != "")
        process.send_signal(number)
        assert process.wait(timeout=HANGS) == -number
        worker = int((tmp_path / "started").read_text())
        wait_until(lambda: not is_alive(worker))


def test_the_parent_gives_up_when_no_worker_starts_any_more(tmp_path: Path) -> None:
    setting = "workers._FIRST_PAUSE = workers._LONGEST_PAUSE = 0"
    opening = 'if (folder / "broken").exists(): os._exit(9)'
    with two_workers(tmp_path, setting, opening) as running:
        workers = running.answering(2)
        (tmp_path / "broken").touch()
        os.kill(min(workers), signal.SIGKILL)
        wait_until(lambda: len(running.started()) > 12)  # the other worker answers: no reason to give up
        assert running.answering(1) == {max(workers)}
        os.kill(max(workers), signal.SIGKILL)
        assert running.process.wait(timeout=HANGS) == 1
        error = running.error().splitlines()[-1]
    assert re.fullmatch(
        r"error: worker [12] \(process \d+\) .+; no worker is left, and the last \d+ starts failed", error
    )


def test_a_first_worker_that_is_killed_is_one_line(tmp_path: Path) -> None:
    with site_process(tmp_path, opening="os.kill(os.getpid(), signal.SIGKILL)") as process:
        out, error = process.communicate(timeout=HANGS)
    assert (process.returncode, out) == (1, "")
    assert re.fullmatch(
        r"error: worker 1 \(process \d+\) was killed \(Killed\) before it answered; .+\n", error
    )
    assert len((tmp_path / "started").read_text().split()) == 1


def test_a_first_worker_that_cannot_open_its_site_speaks_for_all(tmp_path: Path) -> None:
    with site_process(tmp_path, opening='raise IndexMissing("nothing there")') as process:
        out, error = process.communicate(timeout=HANGS)
    assert (process.returncode, out, error) == (1, "", "error: nothing there\n")


def one_line(done: subprocess.CompletedProcess[str], code: int) -> str:
    assert (done.returncode, done.stdout) == (code, "")
    (line,) = done.stderr.splitlines()
    return line


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("workers") / "index"
    build([SEEDS / "tehran-dams.txt"], index, PLAIN)
    return index


@pytest.mark.parametrize("number", [0, -1, 257])
def test_a_wrong_number_of_workers_is_one_line(index: Path, number: int) -> None:
    line = one_line(khabaryab("serve", "--index", index, "--port", "0", "--workers", number), 2)
    assert line == f"khabaryab: --workers {number}: the number of workers is from 1 to 256"


def test_a_port_in_use_is_one_line(index: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        line = one_line(khabaryab("serve", "--index", index, "--port", port, "--workers", "2"), 2)
    assert line.startswith(f"khabaryab: cannot listen on 127.0.0.1:{port}: the port is in use")


def test_an_index_that_is_missing_is_one_line(tmp_path: Path) -> None:
    line = one_line(khabaryab("serve", "--index", tmp_path / "none", "--port", "0", "--workers", "2"), 3)
    assert "khabaryab index" in line


def children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def files_of(process: int) -> str:
    """The files that a process has open or mapped."""
    links = []
    for link in Path(f"/proc/{process}/fd").iterdir():
        try:
            links.append(str(link.readlink()))
        except FileNotFoundError:
            continue
    return "\n".join(links) + Path(f"/proc/{process}/maps").read_text()


def test_every_worker_moves_to_a_new_generation_by_itself_and_closes_the_old_one(tmp_path: Path) -> None:
    index, articles = tmp_path / "index", [SEEDS / "tehran-dams.txt"]
    build(articles, index, PLAIN)
    with serving(index, tmp_path, "--workers", "2") as site:
        wait_until(lambda: len(children(site.process.pid)) == 2)
        workers = children(site.process.pid)
        wait_until(lambda: all("generations/000001" in files_of(worker) for worker in workers))
        build([*articles, SEEDS / "meteorite-lut.txt"], index, PLAIN)
        wait_until(lambda: len(site.lines()) == 2)  # no request was made
        said = sorted(re.sub(r"^\S+ \S+ ", "", line) for line in site.lines())
        assert said == [f"worker {number}: generation 000002 serves now" for number in (1, 2)]
        wait_until(lambda: not any("generations/000001" in files_of(worker) for worker in workers))
        for _ in range(8):
            assert site.search(q="سیارک", mode="keyword")["total"] == 1
        site.process.send_signal(signal.SIGTERM)
        assert site.process.wait(timeout=HANGS) == 0


def test_workers_share_the_encoder_and_the_tags_of_their_answers(seeds_index: Path, tmp_path: Path) -> None:
    tags: set[str] = set()
    killed: set[int] = set()
    with serving(seeds_index, tmp_path, "--workers", "2") as site:

        def ask() -> None:
            with urllib.request.urlopen(f"{site.address}/api/search?q=a", timeout=HANGS) as response:
                tags.add(response.headers["ETag"])

        def pair() -> list[int]:
            return [process for process in children(site.process.pid) if process not in killed]

        for _ in range(3):  # three pairs of processes
            wait_until(lambda: len(pair()) == 2)
            for process in pair():
                wait_until(partial(is_mapped, process, "e5-small-q4.bin"))
                assert written_of(process, "e5-small-q4.bin") == 0
            ask()
            for process in pair():
                os.kill(process, signal.SIGKILL)
                killed.add(process)
    assert len(tags) == 1


def is_mapped(process: int, name: str) -> bool:
    return name in Path(f"/proc/{process}/maps").read_text()


def written_of(process: int, name: str) -> int:
    """The kB of a mapped file that a process has for itself because it wrote to them."""
    areas = Path(f"/proc/{process}/smaps").read_text().split("VmFlags")
    written = [re.search(r"Private_Dirty:\s+(\d+)", area) for area in areas if name in area]
    assert written
    return sum(int(match[1]) for match in written if match)
