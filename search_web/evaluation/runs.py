"""Sends queries to a ranker, and writes TREC run files."""

import re
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import msgspec

from indexer.errors import ReadError
from search_web.contract.answers import Mode
from search_web.evaluation.judged import Query

RECALL_DEPTH = 100  # articles ranked for each query; recall is measured on these


class Answered(msgspec.Struct, frozen=True):
    """A query, its ranked (id, score) pairs, and the time that the answer took, in milliseconds."""

    query: Query
    ranked: list[tuple[str, float]]
    milliseconds: float


class Ranker(Protocol):
    """The search engine that is measured."""

    def rank(self, query: str, mode: Mode, depth: int) -> list[tuple[str, float]]:
        """Return the ids and scores of the best `depth` articles, best first."""
        ...


def answer_all(
    ranker: Ranker,
    queries: Iterable[Query],
    mode: Mode,
    depth: int,
    advance: Callable[[int], None] = lambda _: None,
) -> list[Answered]:
    """Rank every query and measure the time of each.

    The first query runs twice and only its second run is timed, so that loading the encoder does not count.
    `advance` is called with 1 after every query.
    """
    answered: list[Answered] = []
    for query in queries:
        if not answered:
            ranker.rank(query.text, mode, depth)
        start = time.perf_counter()
        ranked = ranker.rank(query.text, mode, depth)
        answered.append(Answered(query, ranked, (time.perf_counter() - start) * 1000))
        advance(1)
    return answered


def write_run(path: Path, answered: Iterable[Answered], mode: Mode) -> None:
    """Write a TREC run file: `qid Q0 id rank score tag` in each line, separated by spaces.

    The format allows no space within an id; it is percent-encoded as in a URL: %20.

    Raises:
        ReadError: the file cannot be written.

    """
    lines = [
        f"{_column(answer.query.id)} Q0 {_column(article_id)} {rank} {score:.6f} khabaryab-{mode}\n"
        for answer in answered
        for rank, (article_id, score) in enumerate(answer.ranked, start=1)
    ]
    try:
        path.write_text("".join(lines), "utf-8")
    except OSError as error:
        raise ReadError(f"{path}: cannot be written: {error.strerror}") from error


def _column(value: str) -> str:
    return re.sub(r"\s", lambda blank: quote(blank.group()), value)
