"""The learned fusion: how much either search counts for a query is read off the query and both lists.

    score = a · z(keyword) + (b + e · window) · z(cosine) + c · pairs / known + d · window

where z are standard deviations from the mean of the candidates, keyword is the score of `evidence.lexical`,
pairs and window are the evidences of that name, and known is the share of the query that the archive knows.
a and b are linear in five numbers (`Measures`), c, d and e in whether the query is bare. No fixed mixture is
right: what words alone should decide (three words of a headline) the encoder would spoil, and the other way
round (a question in other words). e is negative: of an article that has the words together nearness tells
little that the words do not tell better. The sixteen weights are learned by benchmarks/relevance.
"""

from dataclasses import asdict, dataclass

import msgspec
import numpy as np

from search_web.ranking.features import Evidence
from search_web.ranking.fusion import Evidences, Scores, z_scores

# The tenth place: what the nearest article is compared with.
_TENTH = 9
# Brings a nearness to about 1.
_NEARNESS = 5.0
# No search is ever left out, and none counts against itself.
_LEAST = 0.05
# What shares are taken of where nothing is known.
_LEAST_KNOWN = 0.05
_FLAT = 1e-6


class Measures(msgspec.Struct, frozen=True):
    """The five numbers of a query; also what each of them adds to the weight of a search.

    Nearness is a cosine in standard deviations from the mean of the query's cosines with all passages.
    `known`: the share of the query's mass that is of words which any article holds. It stands in for a
    constant: a word that no article has is mostly a typed error, which tells neither search anything.
    `lead`: by how much the nearest article is nearer than the tenth. Of the best article by keywords, `found`
    is the share of the known mass that it holds, `together` the share in its best window, `agreement` its
    nearness / 5.
    """

    known: float
    lead: float
    found: float
    together: float
    agreement: float

    def weighted(self, weights: "Measures") -> float:
        """Return the sum of the numbers, each times its weight."""
        pairs = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(weights), strict=True)
        return float(sum(number * weight for number, weight in pairs))


class Pull(msgspec.Struct, frozen=True):
    """What an evidence counts beside both searches, and what is added to that when the query is bare.

    A bare query is words without a function word between them; any other may be a sentence.
    """

    constant: float
    bare: float

    def weighted(self, bare: bool) -> float:
        """Return what it counts for a query."""
        return self.constant + self.bare * bare


class GateWeights(msgspec.Struct, frozen=True):
    """The weights of both searches and of two evidences; `near` is what a window adds to nearness."""

    keyword: Measures
    semantic: Measures
    pairs: Pull
    window: Pull
    near: Pull


@dataclass(frozen=True, slots=True)
class Signals:
    """What the gate is told beside both scores: what was seen of the candidates, and of the query.

    `known` is that of `evidence.Sought`; `mean` and `deviation` are those of the query's cosines with all
    passages.
    """

    seen: Evidence
    known: float
    mean: float
    deviation: float
    bare: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """What both searches and the evidences count for one query."""

    keyword: float
    semantic: float
    pairs: float
    window: float
    near: float


@dataclass(frozen=True, slots=True)
class Gate:
    """A `Fuse` for one query."""

    weights: GateWeights
    signals: Signals

    def __call__(self, evidences: Evidences) -> Scores:
        """Return fused scores."""
        if not len(evidences.numbers):
            return np.empty(0)
        shares, seen = self.shares(evidences), self.signals.seen
        nearness = np.maximum(shares.semantic + shares.near * seen.window, _LEAST)
        both = shares.keyword * z_scores(evidences.keyword) + nearness * z_scores(evidences.semantic)
        scores: Scores = both + shares.pairs * seen.pairs / self._known + shares.window * seen.window
        return scores

    def told(self, evidences: Evidences) -> str:
        """Say what both searches and the evidences count, and why."""
        if not len(evidences.numbers):
            return "learned"
        shares, measures = self.shares(evidences), msgspec.structs.asdict(self.measures(evidences))
        why = ", ".join(f"{name} {value:.2f}" for name, value in measures.items())
        counts = " ".join(
            f"{'-' if count < 0 else '+'} {abs(count):.2f} {name}" for name, count in asdict(shares).items()
        )
        return f"learned, {counts.removeprefix('+ ')} ({why})"

    def shares(self, evidences: Evidences) -> Shares:
        """Return what everything counts; there must be a candidate."""
        measures, weights, bare = self.measures(evidences), self.weights, self.signals.bare
        return Shares(
            max(measures.weighted(weights.keyword), _LEAST),
            max(measures.weighted(weights.semantic), _LEAST),
            weights.pairs.weighted(bare),
            weights.window.weighted(bare),
            weights.near.weighted(bare),
        )

    @property
    def _known(self) -> float:
        return max(self.signals.known, _LEAST_KNOWN)

    def measures(self, evidences: Evidences) -> Measures:
        """Return the five numbers; there must be a candidate."""
        signals = self.signals
        nearness = (evidences.semantic - signals.mean) / max(signals.deviation, _FLAT)
        falling = np.sort(nearness)[::-1]
        best = int(np.lexsort((evidences.numbers, -evidences.keyword))[0])
        return Measures(
            known=self._known,
            lead=float(falling[0] - falling[min(_TENTH, len(falling) - 1)]),
            found=float(signals.seen.coverage[best]) / self._known,
            together=float(signals.seen.window[best]) / self._known,
            agreement=float(nearness[best]) / _NEARNESS,
        )
