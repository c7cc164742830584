"""The HTTP client of the comparison: one kept connection, the same for both sides."""

import http.client
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from benchmarks.scale.processes import BenchmarkError

_PATIENCE = 120  # seconds


class Client:
    """Sends requests to `host:port` over one connection, one after the other."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=_PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def ask(
        self, method: str, path: str, body: bytes | None = None, media: str = "application/json"
    ) -> bytes:
        """Return the body of the answer.

        Raises:
            BenchmarkError: the answer is no success, or there is none.

        """
        headers = {"Content-Type": media} if body is not None else {}
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise BenchmarkError(f"{self._connection.host}: {method} {path}: {error!r}") from error
        if answer.status >= 300:
            raise BenchmarkError(f"{method} {path}: status {answer.status}: {content[:300].decode()}")
        return content


Ask = Callable[[Client, str], object]


def ask_ours(client: Client, query: str) -> bytes:
    """Search in mode keyword by the JSON API of a `khabaryab serve`."""
    return client.ask("GET", "/api/search?" + urlencode({"q": query, "mode": "keyword", "size": 10}))


def latencies(client: Client, ask: Ask, queries: Sequence[str]) -> list[float]:
    """Return the milliseconds of each query, asked one after the other."""
    taken = []
    for query in queries:
        start = time.perf_counter()
        ask(client, query)
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def throughput(address: str, ask: Ask, queries: Sequence[str], clients: int) -> float:
    """Return the answers per second of so many clients, which share the queries."""

    def work(share: Sequence[str]) -> None:
        with Client(address) as client:
            latencies(client, ask, share)

    start = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(work, [queries[number::clients] for number in range(clients)]))
    return len(queries) / (time.perf_counter() - start)
