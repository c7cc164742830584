"""The measures of a ranking, by ir-measures."""

import msgspec
import numpy as np

from indexer.errors import ReadError
from search_web.answers import Mode
from search_web.evaluation.judged import Qrels
from search_web.evaluation.runs import RECALL_DEPTH, Answered


class Measures(msgspec.Struct, frozen=True, kw_only=True):
    """Means over all judged queries; latencies in milliseconds."""

    mode: Mode
    queries: int
    ndcg_at_10: float
    mrr_at_10: float
    recall_at_100: float
    latency_p50_ms: float
    latency_p95_ms: float


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
