"""Measuring a ranking on judged queries, with TREC's formats and ir-measures."""

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import msgspec
import numpy as np

from indexer.errors import ReadError
from search_web.answers import Mode


class Query(msgspec.Struct, frozen=True):
    """A judged query."""

    id: str
    text: str


class _Line(msgspec.Struct, frozen=True):
    id: str | int
    text: str


class Answered(msgspec.Struct, frozen=True):
    """A query's ranked (id, score) pairs and how long they took, in milliseconds."""

    query: Query
    ranked: list[tuple[str, float]]
    milliseconds: float


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Means over all judged queries; latencies in milliseconds."""

    mode: Mode
    queries: int
    ndcg_at_10: float
    mrr_at_10: float
    recall_at_100: float
    latency_p50_ms: float
    latency_p95_ms: float


class Ranker(Protocol):
    """What is measured."""

    def rank(self, query: str, mode: Mode, depth: int) -> list[tuple[str, float]]:
        """Return ids and scores, best first."""
        ...


RECALL_DEPTH = 100  # articles a query, of which recall is measured
Qrels = dict[str, dict[str, int]]
_GRADE = re.compile(r"-?\d{1,9}")


def read_queries(path: Path) -> list[Query]:
    """Read queries.jsonl: `{"id", "text"}` a line.

    Raises:
        ReadError: a line is no query, or its id came before; it names file and line.

    """
    queries: dict[str, Query] = {}
    for number, line in _lines(path):
        try:
            read = msgspec.json.decode(line, type=_Line)
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise ReadError(f'{path}:{number}: not a query of the form {{"id", "text"}}: {error}') from error
        query = Query(str(read.id), read.text)
        if query.id in queries:
            raise ReadError(f"{path}:{number}: a query with the id {query.id!r} came before")
        queries[query.id] = query
    if not queries:
        raise ReadError(f"{path}: holds no query")
    return list(queries.values())


def read_qrels(path: Path) -> Qrels:
    """Read qrels.tsv: `qid 0 id grade` a line, parted by tabs or blanks.

    Raises:
        ReadError: a line is no judgement; it names file and line.

    """
    qrels: Qrels = {}
    for number, line in _lines(path):
        parts = line.split("\t") if "\t" in line else line.split()
        if len(parts) != 4 or not _GRADE.fullmatch(parts[3].strip()):
            raise ReadError(f"{path}:{number}: not a judgement of the form `qid 0 id grade`")
        query, _, article, grade = (part.strip() for part in parts)
        qrels.setdefault(query, {})[article] = int(grade)
    if not qrels:
        raise ReadError(f"{path}: holds no judgement")
    return qrels


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{path}: cannot be read: it is not UTF-8") from error
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.rstrip("\r")


def answer_all(ranker: Ranker, queries: Iterable[Query], mode: Mode, depth: int) -> list[Answered]:
    """Rank every query; the first is asked twice, so that loading the encoder is not counted."""
    answered: list[Answered] = []
    for query in queries:
        if not answered:
            ranker.rank(query.text, mode, depth)
        start = time.perf_counter()
        ranked = ranker.rank(query.text, mode, depth)
        answered.append(Answered(query, ranked, (time.perf_counter() - start) * 1000))
    return answered


def write_run(path: Path, answered: Iterable[Answered], mode: Mode) -> None:
    """Write a TREC run file: `qid Q0 id rank score tag` a line, parted by blanks.

    A blank within an id, which the format has no place for, is written as in an address: %20.

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


def measure(answered: list[Answered], qrels: Qrels, mode: Mode) -> Measures:
    """Compute the measures over the queries that have a judgement.

    Raises:
        ReadError: no query has one.

    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    judged = [answer for answer in answered if answer.query.id in qrels]
    if not judged:
        raise ReadError("none of the queries is judged: do the ids of queries and qrels belong together?")
    # Rank is what counts: equal scores would be ordered anew by id.
    run = {
        answer.query.id: {article: -float(rank) for rank, (article, _) in enumerate(answer.ranked)}
        for answer in judged
    }
    wanted = {answer.query.id: qrels[answer.query.id] for answer in judged}
    values = ir_measures.calc_aggregate([nDCG @ 10, RR @ 10, R @ RECALL_DEPTH], wanted, run)
    latencies = np.array([answer.milliseconds for answer in judged])
    return Measures(
        mode=mode,
        queries=len(judged),
        ndcg_at_10=round(values[nDCG @ 10], 4),
        mrr_at_10=round(values[RR @ 10], 4),
        recall_at_100=round(values[R @ RECALL_DEPTH], 4),
        latency_p50_ms=round(float(np.percentile(latencies, 50)), 2),
        latency_p95_ms=round(float(np.percentile(latencies, 95)), 2),
    )
