"""Loads the learned weights. `weights.toml` and `cutoff.toml` in this package say how they were learned."""

from functools import cache
from importlib.resources import files

import msgspec

from search_web.ranking.cutoff import CutoffWeights
from search_web.ranking.features import LexicalWeights
from search_web.ranking.gate import GateWeights


class RankingWeights(msgspec.Struct, frozen=True):
    """All weights of the ranking.

    Retrieval has weights of its own, in `indexer.keyword.documents` and `understanding.query_terms`.
    """

    lexical: LexicalWeights
    gate: GateWeights


@cache
def ranking_weights() -> RankingWeights:
    """Return the weights; reads the file once in a process."""
    return msgspec.toml.decode(_read("weights.toml"), type=RankingWeights)


@cache
def cutoff_weights() -> CutoffWeights:
    """Return the weights that decide where a hybrid answer ends; reads the file once in a process."""
    return msgspec.toml.decode(_read("cutoff.toml"), type=CutoffWeights)


def _read(name: str) -> bytes:
    return (files("search_web.ranking") / name).read_bytes()
