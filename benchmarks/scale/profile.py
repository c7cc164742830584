"""Profiles the indexing of an article and a query: `python -m benchmarks.scale.profile ARCHIVE`.

ARCHIVE is a file of JSON lines, such as `archives` makes; the first `--articles` of it are indexed. Both
tasks run in this process. The tables show the processor time of each stage, for one article and one query.
"""

import datetime as dt
import tempfile
from itertools import islice
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.scale.measured import Measured, machine
from benchmarks.scale.queries import Queries
from benchmarks.scale.sampling import Stages, sampled
from search_web.cli import main as khabaryab
from search_web.contract.answers import SearchAnswer, SearchRequest
from search_web.search import HybridSearcher

INDEXING = Stages(
    whole={
        "indexer.persian.collection": "learning compounds",
        "indexer.vocabulary_counts": "vocabulary",
        "indexer.generations": "hashing and publishing",
    },
    own={
        "indexer.readers": "reading",
        "indexer.archive": "archive",
        "indexer.persian": "analysis",
        "indexer.keyword.documents": "analysis",
        "indexer.keyword": "keyword engine",
        "indexer.columns": "term columns",
        "indexer.near_duplicates": "near-duplicates",
    },
)
SEARCHING = Stages(
    whole={
        "search_web.understanding.suggestions": "suggestions",
        "search_web.understanding": "parsing",
        "search_web.ranking.features": "features",
        "search_web.ranking": "order",
        "indexer.near_duplicates": "order",
        "indexer.semantic.vectors": "candidates by meaning",
        "search_web.retrieval.query_encoder": "encoding",
        "search_web.presentation.snippets": "snippets",
        "indexer.keyword": "candidates by words",
        "indexer.archive": "documents",
        "benchmarks.scale.profile._as_json": "JSON",
    },
)
_WARM_UP = 20


class Profile(Measured):
    """Milliseconds of processor time by stage, for one article and for one query of each kind."""

    articles: int
    queries: int
    article: dict[str, float]
    query: dict[str, dict[str, float]]


def profile_indexing(archive: Path, index: Path, articles: int) -> dict[str, float]:
    """Build an index in this process; return the milliseconds of each stage for one article."""
    with sampled(INDEXING) as seconds:
        arguments = ["index", str(archive), "--index", str(index), "--no-semantic"]
        khabaryab(arguments, standalone_mode=False)
    return _milliseconds(seconds, articles)


def profile_queries(index: Path, queries: list[str]) -> dict[str, float]:
    """Ask the queries in mode keyword; return the milliseconds of each stage for one query."""
    with HybridSearcher(index) as searcher:
        searcher.warm_up()
        for query in queries[:_WARM_UP]:
            _as_json(searcher.search(SearchRequest(query=query, mode="keyword")))
        with sampled(SEARCHING) as seconds:
            for query in queries:
                _as_json(searcher.search(SearchRequest(query=query, mode="keyword")))
    return _milliseconds(seconds, len(queries))


def _milliseconds(seconds: dict[str, float], count: int) -> dict[str, float]:
    most_first = sorted(seconds.items(), key=lambda item: -item[1])
    return {stage: round(1000 * taken / count, 3) for stage, taken in most_first}


def _as_json(answer: SearchAnswer) -> bytes:
    return msgspec.json.encode(answer)


def _table(title: str, stages: dict[str, float]) -> Table:
    table = Table(title, "ms", "share", box=None)
    whole = sum(stages.values())
    for stage, taken in stages.items():
        table.add_row(stage, f"{taken:.2f}", f"{taken / whole:.0%}")
    table.add_row("together", f"{whole:.2f}", "")
    return table


@click.command()
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--articles", default=1000, show_default=True, help="How many of the archive are indexed.")
@click.option("--queries", "count", default=200, show_default=True, help="Queries of each kind.")
@click.option("--machine", "kind", default=machine(), show_default=True, help="What the figures say of it.")
def main(archive: Path, articles: int, count: int, kind: str) -> None:
    """Profile one indexed article and one query, print the tables and keep the figures."""
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as work:
        part, index = Path(work) / "archive.jsonl", Path(work) / "index"
        with archive.open("rb") as lines:
            part.write_bytes(b"".join(islice(lines, articles)))
        article = profile_indexing(part, index, articles)
        console.print(_table("one indexed article", article))
        query = {name: profile_queries(index, queries) for name, queries in Queries.cut(part, count).kinds()}
    for name, stages in query.items():
        console.print(_table(f"one query of {name}", stages))
    day = dt.datetime.now(dt.UTC).date()
    Profile(day=day, machine=kind, articles=articles, queries=count, article=article, query=query).save()


if __name__ == "__main__":
    main()
