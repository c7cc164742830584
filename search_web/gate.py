"""The learned fusion: how much either search counts for a query is read off the query and both lists.

    score = a · keyword + b · nearness,    nearness = (cosine - mean) / deviation

where keyword is the score of `evidence.lexical`, mean and deviation are those of the query's cosines with the
passages of the whole collection, and a and b are linear in seven numbers (`Measures`). No fixed mixture is
right: what words alone should decide (three words of a headline) the encoder would spoil, and the other way
round (a question in other words). The fourteen weights are learned by benchmarks/relevance.
"""

from dataclasses import astuple, dataclass

import msgspec
import numpy as np

from search_web.fusion import Evidences, Scores

# The tenth place: what the nearest article is compared with.
_TENTH = 9
# Bring a nearness and an idf to about 1.
_NEARNESS, _IDF = 5.0, 8.0
# No search is ever left out, and none counts against itself.
_LEAST = 0.05
_FLAT = 1e-6


class MeasureWeights(msgspec.Struct, frozen=True):
    """What each of the seven numbers adds to the weight of one search."""

    constant: float
    lead: float
    found: float
    together: float
    agreement: float
    rarity: float
    bare: float


class GateWeights(msgspec.Struct, frozen=True):
    """The weights of both searches."""

    keyword: MeasureWeights
    semantic: MeasureWeights


@dataclass(frozen=True, slots=True)
class Measures:
    """The seven numbers.

    `lead`: by how much the nearest article is nearer than the tenth. Of the best article by keywords, `found`
    is the share of the query's mass that it holds, `together` the share in its best window, `agreement` its
    nearness / 5. `rarity`: the mean idf of the query's words / 8. `bare`: 1 for words without a function word
    between them, 0 for what may be a sentence.
    """

    constant: float
    lead: float
    found: float
    together: float
    agreement: float
    rarity: float
    bare: float


@dataclass(frozen=True, slots=True)
class Signals:
    """What the gate is told beside both scores.

    `found` and `together` are shares of the query's mass, float64 [candidates] (`coverage` and `window`).
    `mean` and `deviation` are those of the query's cosines with all passages, `idf` the mean of its words.
    """

    found: Scores
    together: Scores
    mean: float
    deviation: float
    idf: float
    bare: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """A `Fuse` for one query."""

    weights: GateWeights
    signals: Signals

    def __call__(self, evidences: Evidences) -> Scores:
        """Return fused scores."""
        keyword, semantic = self.shares(evidences)
        return keyword * evidences.keyword + semantic * self._nearness(evidences)

    def told(self, evidences: Evidences) -> str:
        """Say what both searches count, and why."""
        if not len(evidences.numbers):
            return "learned"
        keyword, semantic = self.shares(evidences)
        names = MeasureWeights.__struct_fields__[1:]
        why = ", ".join(
            f"{name} {value:.2f}"
            for name, value in zip(names, astuple(self.measures(evidences))[1:], strict=True)
        )
        return f"learned, {keyword:.2f} keyword + {semantic:.2f} nearness ({why})"

    def shares(self, evidences: Evidences) -> tuple[float, float]:
        """Return what the keyword score and the nearness count."""
        if not len(evidences.numbers):
            return _LEAST, _LEAST
        measures = np.array(astuple(self.measures(evidences)))
        both = (self.weights.keyword, self.weights.semantic)
        keyword, semantic = (float(measures @ msgspec.structs.astuple(weights)) for weights in both)
        return max(keyword, _LEAST), max(semantic, _LEAST)

    def measures(self, evidences: Evidences) -> Measures:
        """Return the seven numbers; there must be a candidate."""
        nearness = self._nearness(evidences)
        falling = np.sort(nearness)[::-1]
        best = int(np.lexsort((evidences.numbers, -evidences.keyword))[0])
        return Measures(
            constant=1.0,
            lead=float(falling[0] - falling[min(_TENTH, len(falling) - 1)]),
            found=float(self.signals.found[best]),
            together=float(self.signals.together[best]),
            agreement=float(nearness[best]) / _NEARNESS,
            rarity=self.signals.idf / _IDF,
            bare=float(self.signals.bare),
        )

    def _nearness(self, evidences: Evidences) -> Scores:
        return (evidences.semantic - self.signals.mean) / max(self.signals.deviation, _FLAT)
