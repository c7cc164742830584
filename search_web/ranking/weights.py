"""The weights of the ranking as learned; `weights.toml` beside this module says where they come from."""

from functools import cache
from importlib.resources import files

import msgspec

from search_web.ranking.features import LexicalWeights
from search_web.ranking.gate import GateWeights


class RankingWeights(msgspec.Struct, frozen=True):
    """All weights of the ranking; those that find the candidates are in `indexer.keyword.documents`."""

    lexical: LexicalWeights
    gate: GateWeights


@cache
def ranking_weights() -> RankingWeights:
    """Read the weights, once a process."""
    return msgspec.toml.decode(
        (files("search_web.ranking") / "weights.toml").read_bytes(), type=RankingWeights
    )
