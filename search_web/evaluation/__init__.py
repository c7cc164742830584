"""Measures the ranking on judged queries, with the file formats of TREC and the package ir-measures.

| module | what it does |
| --- | --- |
| `judged` | reads queries and judgements from files |
| `runs` | sends every query to a ranker; writes TREC run files |
| `measures` | computes nDCG@10, MRR@10, Recall@100 and latency |
| `spelling`, `shortening` | rewrites queries in other spellings, and cuts them short |
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
