"""Measuring a ranking on judged queries, with TREC's formats and ir-measures.

| module | what |
| --- | --- |
| `judged` | queries and judgements, read from files |
| `runs` | asking a ranker; TREC run files |
| `measures` | nDCG@10, MRR@10, Recall@100, latency |
| `spelling`, `shortening` | other spellings, and short queries |
"""

from search_web.evaluation.judged import Qrels, Query, read_qrels, read_queries
from search_web.evaluation.measures import Measures, measure
from search_web.evaluation.runs import RECALL_DEPTH, Answered, Ranker, answer_all, write_run

__all__ = [
    "RECALL_DEPTH",
    "Answered",
    "Measures",
    "Qrels",
    "Query",
    "Ranker",
    "answer_all",
    "measure",
    "read_qrels",
    "read_queries",
    "write_run",
]
