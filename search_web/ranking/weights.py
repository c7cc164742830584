"""Loads the learned weights of the ranking. `weights.toml` in this package says how they were learned."""

from functools import cache
from importlib.resources import files

import msgspec

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
    return msgspec.toml.decode(
        (files("search_web.ranking") / "weights.toml").read_bytes(), type=RankingWeights
    )
