"""Requests a second of a server with a worker for each core, against as many times those of one worker."""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks.measure import SEEDS, Measurement

_COMMAND = str(Path(sys.executable).with_name("khabaryab"))
_QUERIES = ("قیمت نفت", "سدهای تهران", "مترو", "صادرات زعفران", "بورس", "مدرسه‌های استان", "باران")
_CLIENTS = 4
_SECONDS = 3.0
_ROUNDS = 3


def rows() -> Iterator[Measurement]:
    """Yield the requests a second of four clients with open connections, best of three rounds in turns."""
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as index:
        build = [_COMMAND, "index", str(SEEDS), "--index", index, "--no-semantic"]
        subprocess.run(build, check=True, capture_output=True)  # noqa: S603 - our own command
        with _serving(index, 1) as one, _serving(index, cores) as several:
            rounds = [(_requests(one), _requests(several)) for _ in range(_ROUNDS)]
    alone, together = (max(figures) for figures in zip(*rounds, strict=True))
    yield Measurement(
        f"four clients, {cores} workers", together, cores * alone, "requests/s", f"{cores} times one worker"
    )


@contextmanager
def _serving(index: str, workers: int) -> Iterator[str]:
    command = [_COMMAND, "serve", "--index", index, "--port", "0", "--workers", str(workers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        line = next(iter(process.stdout or ()))
        address = next(word for word in line.split() if word.startswith("http://"))
        netloc = urlsplit(address).netloc
        try:
            while workers > 1 and len(_children(process.pid)) < workers:
                time.sleep(0.1)
            _requests(netloc)  # until the others answer, and the caches are warm
            yield netloc
        finally:
            process.terminate()


def _children(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text().split()


def _requests(netloc: str) -> float:
    """Return how many requests a second the clients get answered, each the next when it has an answer."""
    end = time.monotonic() + _SECONDS
    with ThreadPoolExecutor(_CLIENTS) as pool:
        return sum(pool.map(partial(_client, netloc, end), range(_CLIENTS))) / _SECONDS


def _client(netloc: str, end: float, first: int) -> int:
    connection = http.client.HTTPConnection(netloc)
    answered = 0
    for query in cycle(_QUERIES[first:] + _QUERIES[:first]):
        if time.monotonic() >= end:
            break
        connection.request("GET", f"/api/search?mode=keyword&q={quote(query)}")
        response = connection.getresponse()
        response.read()
        answered += response.status == http.client.OK
    connection.close()
    return answered
