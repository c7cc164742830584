"""Measure the cost and the benefit of a half-life: `python -m benchmarks.recency INDEX`.

Every article gets a random day of the last two years. Some are searched for by their titles, and by three
words of these. The table shows how well each order still finds them, and how old its first ten results are.
"""

import random
from collections import defaultdict
from contextlib import closing
from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from indexer.persian.analyzer import PersianAnalyzer
from indexer.semantic.loading import load_query_encoder
from indexer.snapshot import Snapshot
from search_web.contract.answers import Mode, SearchRequest
from search_web.ranking.fusion import Numbers, Scores, z_scores
from search_web.retrieval.hybrid import retrieve
from search_web.retrieval.live_index import OpenGeneration
from search_web.retrieval.query_encoder import QueryEncoder
from search_web.understanding.query import parse_query

_SAMPLE, _DAYS, _HALF_LIFE, _TOP = 90, 730, 30.0, 10
_FLOORS = (0.3, 0.2, 0.1, 0.05, 0.0)
_LEAST = 1e-300  # instead of zero, which has no logarithm


@click.command()
@click.argument("index", type=click.Path(exists=True, path_type=Path))
@click.option("--mode", type=click.Choice(["hybrid", "keyword", "semantic"]), default="hybrid")
def main(index: Path, mode: Mode) -> None:
    """Measure freshness."""
    with closing(Snapshot.open(index)) as snapshot:
        made_with = snapshot.manifest.encoder
        encoder = QueryEncoder(made_with, load_query_encoder) if made_with and mode != "keyword" else None
        generation = OpenGeneration(snapshot, encoder)
        ages = np.random.default_rng(1).integers(0, _DAYS, snapshot.manifest.articles)
        numbers = random.Random(3).sample(range(len(ages)), min(_SAMPLE, len(ages)))  # noqa: S311 no secret
        titles = {number: snapshot.archive.get(number).title for number in numbers}
        table = Table("queries", "order", f"MRR@{_TOP}", f"median age of the first {_TOP}", box=None)
        for name, queries in (("titles", titles), ("three words", _three_words(titles, snapshot.analyzer))):
            for order, found in _measured(generation, queries, ages, mode).items():
                mrr, age = np.mean(found, axis=0)
                table.add_row(name, order, f"{mrr:.3f}", f"{age:.0f} days")
    Console(width=100).print(table)


def _three_words(titles: dict[int, str], analyzer: PersianAnalyzer) -> dict[int, str]:
    short: dict[int, str] = {}
    for number, title in titles.items():
        words = [title[term.start : term.end] for term in analyzer.content_words(title)]
        if len(words) >= 3:
            short[number] = " ".join(random.Random(number).sample(words, 3))  # noqa: S311 no secret
    return short


def _measured(
    generation: OpenGeneration, queries: dict[int, str], ages: NDArray[np.int64], mode: Mode
) -> dict[str, list[tuple[float, float]]]:
    """Return the reciprocal rank and the median age of each query, for each order."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for wanted, query in queries.items():
        parsed = parse_query(query, generation.snapshot.analyzer)
        ranking, _ = retrieve(generation, parsed, SearchRequest(query=query, mode=mode))
        if not len(ranking.numbers):
            continue
        of_candidates = ages[ranking.numbers]
        for order, scores in _orders(ranking.scores, of_candidates).items():
            top = np.argsort(-scores, kind="stable")[:_TOP]
            age = float(np.median(of_candidates[top]))
            found[order].append((_reciprocal_rank(ranking.numbers[top], wanted), age))
    return found


def _orders(scores: Scores, ages: NDArray[np.int64]) -> dict[str, Scores]:
    decay = np.exp2(-ages / _HALF_LIFE)
    z = z_scores(scores)
    floors = {f"floor {floor:g}": z + np.log(floor + (1 - floor) * decay + _LEAST) for floor in _FLOORS}
    spread = np.ptp(scores) or 1.0
    return {"by score": z, **floors, "score of 0 to 1, times": (scores - scores.min()) / spread * decay}


def _reciprocal_rank(numbers: Numbers, wanted: int) -> float:
    places = np.flatnonzero(numbers == wanted)
    return 1 / (int(places[0]) + 1) if len(places) else 0.0


if __name__ == "__main__":
    main()
