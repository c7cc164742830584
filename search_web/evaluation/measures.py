"""Computes the measures of a ranking with ir-measures, for each query and as means."""

from collections.abc import Sequence

import msgspec
import numpy as np

from indexer.errors import ReadError
from search_web.contract.answers import Mode
from search_web.evaluation.judged import Qrels
from search_web.evaluation.runs import RECALL_DEPTH, Answered

TOP = 10  # articles of the ranking that are kept with the measures of a query


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The measures of one judged query; `top` holds the ids of the first articles, best first."""

    id: str
    text: str
    ndcg_at_10: float
    mrr_at_10: float
    recall_at_100: float
    milliseconds: float
    top: list[str]


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Means over all judged queries; latencies in milliseconds."""

    mode: Mode
    queries: int
    ndcg_at_10: float
    mrr_at_10: float
    recall_at_100: float
    latency_p50_ms: float
    latency_p95_ms: float


def outcomes(answered: Sequence[Answered], qrels: Qrels) -> list[Outcome]:
    """Return the measures of each query that has a judgement, in the order of `answered`.

    Raises:
        ReadError: no query has a judgement.

    """
    import ir_measures
    from ir_measures import RR, R, nDCG

    judged = [answer for answer in answered if answer.query.id in qrels]
    if not judged:
        raise ReadError("none of the queries is judged: do the ids of queries and qrels belong together?")
    # The negative rank is the score, because ir-measures would sort equal scores by id.
    run = {
        answer.query.id: {article: -float(rank) for rank, (article, _) in enumerate(answer.ranked)}
        for answer in judged
    }
    wanted = {answer.query.id: qrels[answer.query.id] for answer in judged}
    measures = (nDCG @ 10, RR @ 10, R @ RECALL_DEPTH)
    values = {
        (value.query_id, value.measure): float(value.value)
        for value in ir_measures.iter_calc(measures, wanted, run)
    }
    return [
        Outcome(
            id=answer.query.id,
            text=answer.query.text,
            ndcg_at_10=values[answer.query.id, nDCG @ 10],
            mrr_at_10=values[answer.query.id, RR @ 10],
            recall_at_100=values[answer.query.id, R @ RECALL_DEPTH],
            milliseconds=round(answer.milliseconds, 3),
            top=[article for article, _ in answer.ranked[:TOP]],
        )
        for answer in judged
    ]


def means(found: Sequence[Outcome], mode: Mode) -> Measures:
    """Return the means of the measures, and the 50th and 95th percentile of the latency."""
    latencies = np.array([outcome.milliseconds for outcome in found])
    return Measures(
        mode=mode,
        queries=len(found),
        ndcg_at_10=round(float(np.mean([outcome.ndcg_at_10 for outcome in found])), 4),
        mrr_at_10=round(float(np.mean([outcome.mrr_at_10 for outcome in found])), 4),
        recall_at_100=round(float(np.mean([outcome.recall_at_100 for outcome in found])), 4),
        latency_p50_ms=round(float(np.percentile(latencies, 50)), 2),
        latency_p95_ms=round(float(np.percentile(latencies, 95)), 2),
    )


def measure(answered: Sequence[Answered], qrels: Qrels, mode: Mode) -> Measures:
    """Return the means of the measures over the queries that have a judgement.

    Raises:
        ReadError: no query has a judgement.

    """
    return means(outcomes(answered, qrels), mode)
