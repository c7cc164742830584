"""Compares the program with OpenSearch: `python -m benchmarks.scale.opensearch ARCHIVE --opensearch URL`.

ARCHIVE is a file of JSON lines, such as `archives` makes. The node must run already; use one that serves
nothing else. Its index has the analyzer `persian` on title and text, one shard and no replica, and is
deleted in the end.

One run measures both sides: the build (ours is the process `khabaryab index --no-semantic`, theirs is bulk
requests of one client, up to the refresh that shows all articles), the times of single queries over HTTP,
asked in turns so that a busy machine disturbs both, and the answers per second of four clients. Both sides
answer with ten hits, their titles and highlights.
"""

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import batched, chain
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.scale.client import Ask, Client, ask_ours, latencies, throughput
from benchmarks.scale.measured import Latency, Measured, machine
from benchmarks.scale.processes import BenchmarkError, run, serving, size_of
from benchmarks.scale.queries import Queries
from indexer.articles import Article

_INDEX = "khabaryab-benchmark"
_BULK = 500  # articles
_TURN = 10  # queries asked of one side before the other has its turn
_CLIENTS = 4
_WARM_UP = 100
_MAPPINGS = {
    "properties": {
        "title": {"type": "text", "analyzer": "persian"},
        "text": {"type": "text", "analyzer": "persian"},
        "source": {"type": "keyword"},
        "category": {"type": "keyword"},
        "published": {"type": "date"},
        "url": {"type": "keyword", "index": False},
    }
}


class Side(msgspec.Struct, frozen=True):
    """The figures of one side; `latencies` by kind of query, `bytes` of the index on disk."""

    articles_per_second: float
    latencies: dict[str, Latency]
    answers_per_second: float
    bytes: int


class Comparison(Measured):
    """The figures of both sides in one run; `text` counts the bytes of the archive."""

    articles: int
    text: int
    ours: Side
    opensearch: Side


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a side answers, and how it is asked."""

    address: str
    ask: Ask


def compare(archive: Path, address: str, work: Path, queries: Queries) -> tuple[int, Side, Side]:
    """Return the number of articles, and the figures of our side and of OpenSearch.

    Raises:
        BenchmarkError: no node answers at the address, or one side fails.

    """
    with Client(address) as node:
        node.ask("GET", "/")  # before our build, which can take long
    index = work / "index"
    built = run("index", str(archive), "--index", str(index), "--no-semantic")
    with Client(address) as node:
        try:
            articles, seconds = _bulk_load(node, archive)
            with serving(index) as server:
                endpoints = (Endpoint(server.address, ask_ours), Endpoint(address, _ask_opensearch))
                ours, theirs = _latencies(endpoints, queries)
                answers = _throughputs(endpoints, queries.three_words)
            size = _store_size(node)
        finally:
            _delete(node)
    return (
        articles,
        Side(round(articles / built.seconds, 1), ours, answers[0], size_of(index)),
        Side(round(articles / seconds, 1), theirs, answers[1], size),
    )


def _ask_opensearch(client: Client, query: str) -> object:
    body = {
        "query": {"multi_match": {"query": query, "fields": ["title", "text"]}},
        "highlight": {"fields": {"title": {}, "text": {}}},
        "_source": ["title", "source", "category", "published", "url"],
        "size": 10,
    }
    return client.ask("POST", f"/{_INDEX}/_search", msgspec.json.encode(body))


def _bulk_load(node: Client, archive: Path) -> tuple[int, float]:
    """Load the archive; return the number of articles and the seconds until all can be found."""
    _delete(node)
    settings = {"number_of_shards": 1, "number_of_replicas": 0}
    node.ask("PUT", f"/{_INDEX}", msgspec.json.encode({"settings": settings, "mappings": _MAPPINGS}))
    start, articles = perf_counter(), 0
    with archive.open("rb") as lines:
        for batch in batched(lines, _BULK):
            answer = node.ask("POST", "/_bulk", _bulk(batch), "application/x-ndjson")
            if msgspec.json.decode(answer)["errors"]:
                raise BenchmarkError(f"{archive}: OpenSearch rejected articles: {answer[:300].decode()}")
            articles += len(batch)
    node.ask("POST", f"/{_INDEX}/_refresh")
    return articles, perf_counter() - start


def _bulk(lines: tuple[bytes, ...]) -> bytes:
    articles = (msgspec.json.decode(line, type=Article) for line in lines)
    return b"".join(
        msgspec.json.encode(each) + b"\n" for each in chain.from_iterable(map(_actions, articles))
    )


def _actions(article: Article) -> Iterator[dict[str, object]]:
    yield {"index": {"_index": _INDEX, "_id": article.id}}
    yield {
        "title": article.title,
        "text": f"{article.lead}\n{article.body}",
        "source": article.source,
        "category": article.category,
        "published": article.published,
        "url": article.url,
    }


def _delete(node: Client) -> None:
    node.ask("DELETE", f"/{_INDEX}?ignore_unavailable=true")


def _store_size(node: Client) -> int:
    node.ask("POST", f"/{_INDEX}/_flush")
    stats = msgspec.json.decode(node.ask("GET", f"/{_INDEX}/_stats/store"))
    return int(stats["_all"]["primaries"]["store"]["size_in_bytes"])


def _latencies(endpoints: tuple[Endpoint, ...], queries: Queries) -> list[dict[str, Latency]]:
    """Ask every endpoint every query, in turns. The first queries only warm up."""
    found: list[dict[str, Latency]] = [{} for _ in endpoints]
    clients = [Client(each.address) for each in endpoints]
    for kind, texts in queries.kinds():
        taken: list[list[float]] = [[] for _ in endpoints]
        for turn in batched(texts, _TURN):
            for side, endpoint in enumerate(endpoints):
                taken[side] += latencies(clients[side], endpoint.ask, turn)
        for side, times in enumerate(taken):
            found[side][kind] = Latency.of(times[min(_WARM_UP, len(times) // 4) :])
    return found


def _throughputs(endpoints: tuple[Endpoint, ...], queries: list[str]) -> list[float]:
    """Return the best answers per second of two rounds."""
    best = [0.0] * len(endpoints)
    for _ in range(2):
        for side, endpoint in enumerate(endpoints):
            found = throughput(endpoint.address, endpoint.ask, queries, _CLIENTS)
            best[side] = max(best[side], round(found, 1))
    return best


def _table(found: Comparison) -> Table:
    table = Table("what", "ours", "OpenSearch", "ours / OpenSearch", box=None)
    for what, ours, theirs in rows(found):
        table.add_row(what, f"{ours:,.1f}", f"{theirs:,.1f}", f"{ours / theirs:.2f}")
    return table


def rows(found: Comparison) -> Iterator[tuple[str, float, float]]:
    """Yield what was measured, our figure and that of OpenSearch."""
    ours, theirs = found.ours, found.opensearch
    yield "build, articles/s", ours.articles_per_second, theirs.articles_per_second
    for kind, latency in ours.latencies.items():
        yield f"query of {kind}, p50 in ms", latency.p50, theirs.latencies[kind].p50
        yield f"query of {kind}, p95 in ms", latency.p95, theirs.latencies[kind].p95
    yield f"answers/s of {_CLIENTS} clients", ours.answers_per_second, theirs.answers_per_second
    yield "index size / text", ours.bytes / found.text, theirs.bytes / found.text


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--opensearch", "url", required=True, metavar="URL", help="The node, as in http://127.0.0.1:9200."
)
@click.option("--queries", "count", default=400, show_default=True, help="Queries of each kind.")
@click.option("--machine", "kind", default=machine(), show_default=True, help="What the figures say of it.")
def main(archive: Path, url: str, count: int, kind: str) -> None:
    """Compare with OpenSearch, print the table and keep the figures."""
    queries = Queries.cut(archive, count)
    with tempfile.TemporaryDirectory() as work:
        articles, ours, theirs = compare(archive, urlsplit(url).netloc, Path(work), queries)
    found = Comparison(
        day=dt.datetime.now(dt.UTC).date(),
        machine=kind,
        articles=articles,
        text=archive.stat().st_size,
        ours=ours,
        opensearch=theirs,
    )
    found.save()
    Console(width=100).print(_table(found))


if __name__ == "__main__":
    main()
