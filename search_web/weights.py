"""The weights of the ranking as learned; `weights.toml` beside this module says where they come from."""

from functools import cache
from importlib.resources import files

import msgspec

from search_web.gate import GateWeights


class LexicalWeights(msgspec.Struct, frozen=True):
    """What each evidence adds to BM25, all as shares of the query's mass; see `evidence`."""

    window: float
    early: float
    kin: float


class RankingWeights(msgspec.Struct, frozen=True):
    """All weights of the ranking but those of the streams, which `indexer.keyword.documents` has."""

    lexical: LexicalWeights
    gate: GateWeights


@cache
def ranking_weights() -> RankingWeights:
    """Read the weights, once a process."""
    return msgspec.toml.decode((files("search_web") / "weights.toml").read_bytes(), type=RankingWeights)
