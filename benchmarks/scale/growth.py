"""Measures how the figures grow with the archive: `python -m benchmarks.scale.growth [--articles N]...`.

For each size it makes an archive (`archives`), builds its index without vectors as a process, and measures
the build, the opening in a new process, the memory of a server, the size on disk, and queries in this
process. The scan of vectors is measured beside it, on one synthetic passage for each article.

A query is measured from its text to ten marked hits with suggestions. All times but that of the build are
processor time, which a busy machine disturbs less than the clock.
"""

import datetime as dt
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from time import process_time

import click
import msgspec
from rich.console import Console

from benchmarks.measure import SEEDS
from benchmarks.scale.archives import Source, write_archive
from benchmarks.scale.client import Client, ask_ours, latencies
from benchmarks.scale.measured import Latency, Measured, machine
from benchmarks.scale.processes import memory_of, run, serving, size_of
from benchmarks.scale.queries import Queries
from benchmarks.scale.synthetic import unit_vectors, vector_index
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

_WARM_UP = 20
_COLD_STARTS = 3
_ASKED = 100  # queries that a server answers before its memory is measured again
_FOUND = 200  # passages that a search of the vectors returns


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of one size. Sizes and memory are in bytes, times in seconds, latencies in milliseconds.

    `build` is by the clock, `build_processor` the processor time on all cores. `memory_opened` and
    `memory_asked` are those of a server after opening, and after a hundred queries.
    """

    day: dt.date
    machine: str
    articles: int
    text: int
    build: float
    build_processor: float
    build_memory: int
    index: int
    opening: float
    cold_search: float
    memory_opened: int
    memory_asked: int
    queries: dict[str, Latency]
    vectors: Latency


class Growth(Measured):
    """The figures of every size that was measured, the smallest first."""

    points: list[Point]

    def with_point(self, point: Point) -> "Growth":
        """Return the figures with this point in place of an earlier one of its size."""
        others = [each for each in self.points if each.articles != point.articles]
        points = sorted([*others, point], key=lambda each: each.articles)
        return Growth(day=point.day, machine=point.machine, points=points)


def measure(source: Source, articles: int, work: Path, kind: str, count: int = 200) -> Point:
    """Measure one size in an empty folder, with `count` queries of each kind."""
    archive, index = work / "archive.jsonl", work / "index"
    write_archive(archive, source, articles)
    queries = Queries.cut(archive, count)
    build = run("index", str(archive), "--index", str(index), "--no-semantic")
    opened, asked = _server_memory(index, queries)
    return Point(
        day=dt.datetime.now(dt.UTC).date(),
        machine=kind,
        articles=articles,
        text=archive.stat().st_size,
        build=round(build.seconds, 2),
        build_processor=round(build.processor_seconds, 2),
        build_memory=build.memory,
        index=size_of(index),
        opening=round(_opening(index), 4),
        cold_search=round(_cold_search(index, queries.three_words[0]), 3),
        memory_opened=opened,
        memory_asked=asked,
        queries=_queries(index, queries),
        vectors=_vectors(work / "vectors", articles, count),
    )


def _server_memory(index: Path, queries: Queries) -> tuple[int, int]:
    """Return the bytes of a server after opening, and after some queries of both kinds."""
    with serving(index) as server, Client(server.address) as client:
        opened = memory_of(server.process)
        for _, texts in queries.kinds():
            latencies(client, ask_ours, texts[: _ASKED // 2])
        return opened, memory_of(server.process)


def _opening(index: Path) -> float:
    """Return the processor time of the fastest of some openings, each in a new process, in seconds."""
    command = [sys.executable, "-m", "benchmarks.scale.opening", str(index)]
    opened = [
        subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own command
        for _ in range(_COLD_STARTS)
    ]
    return min(map(float, opened))


def _cold_search(index: Path, query: str) -> float:
    arguments = ("search", query, "--index", str(index), "--mode", "keyword")
    return min(run(*arguments).processor_seconds for _ in range(_COLD_STARTS))


def _queries(index: Path, queries: Queries) -> dict[str, Latency]:
    with HybridSearcher(index) as searcher:
        searcher.warm_up()

        def search(query: str) -> None:
            searcher.search(SearchRequest(query=query, mode="keyword"))

        return {kind: Latency.of(_processor_times(search, texts)) for kind, texts in queries.kinds()}


def _vectors(folder: Path, passages: int, count: int) -> Latency:
    index = vector_index(folder, passages)
    queries = unit_vectors(count, seed=-1 % 2**32)
    return Latency.of(_processor_times(lambda query: index.search(query, None, _FOUND), queries))


def _processor_times[Query](work: Callable[[Query], object], queries: Iterable[Query]) -> list[float]:
    """Return the milliseconds of processor time of each query, after a warm-up."""
    asked: Sequence[Query] = list(queries)
    for query in asked[:_WARM_UP]:
        work(query)
    taken = []
    for query in asked:
        start = process_time()
        work(query)
        taken.append((process_time() - start) * 1000)
    return taken


@click.command()
@click.option(
    "--articles",
    "sizes",
    multiple=True,
    default=(1_000, 10_000, 100_000),
    show_default=True,
    type=click.IntRange(min=1),
    help="A size; give it several times.",
)
@click.option("--source", default=SEEDS, type=click.Path(exists=True, path_type=Path), show_default="seeds/")
@click.option("--queries", "count", default=200, show_default=True, help="Queries of each kind.")
@click.option("--work", type=click.Path(path_type=Path), help="Where the archives and indexes lie meanwhile.")
@click.option("--machine", "kind", default=machine(), show_default=True, help="What the figures say of it.")
def main(sizes: tuple[int, ...], source: Path, count: int, work: Path | None, kind: str) -> None:
    """Measure each size, and keep its figures as soon as they are there."""
    read = Source.read(source)
    for articles in sizes:
        with tempfile.TemporaryDirectory(dir=work) as folder:
            point = measure(read, articles, Path(folder), kind, count)
        before = Growth.load() or Growth(day=point.day, machine=kind, points=[])
        before.with_point(point).save()
        Console().print_json(msgspec.json.encode(point).decode())


if __name__ == "__main__":
    main()
