"""The learned fusion: the query and both lists decide how much each of the two searches counts.

    score = a · z(keyword) + (b + e · window) · z(cosine) + c · bigrams / known + d · window

z is the number of standard deviations from the mean of the candidates. keyword is the score of
`features.lexical`, bigrams and window are the features of that name, and known is the share of the query that
the archive knows. a and b are linear in five numbers (`QueryFeatures`); c, d and e depend on whether the
query is bare. No fixed mixture is right: three words of a headline should be decided by words alone, and the
encoder would spoil them; a question in other words is the opposite. e is negative: when an article has the
words together, nearness adds little to what the words tell. benchmarks/relevance learns the sixteen weights.
"""

from dataclasses import asdict, dataclass

import msgspec
import numpy as np

from search_web.ranking.features import Features
from search_web.ranking.fusion import CandidateScores, Scores, z_scores

# The tenth place: what the nearest article is compared with.
_TENTH = 9
# Brings a nearness to about 1.
_NEARNESS = 5.0
# No search is ever left out, and none counts against itself.
_LEAST = 0.05
# What shares are taken of where nothing is known.
_LEAST_KNOWN = 0.05
_FLAT = 1e-6


class QueryFeatures(msgspec.Struct, frozen=True):
    """The five numbers of a query, or the weights of these numbers for one of the two searches.

    Nearness is a cosine in standard deviations from the mean of the query's cosines with all passages.
    `known`: the share of the query's total idf that is of words which at least one article holds. It stands
    in for a constant: a word that no article has is mostly a typed error, which tells neither search
    anything. `lead`: by how much the nearest article is nearer than the tenth. Three numbers are of the best
    article by keywords: `found` is the share of the known total idf that it holds, `together` the share in
    its best window, `agreement` its nearness / 5.
    """

    known: float
    lead: float
    found: float
    together: float
    agreement: float

    def weighted(self, weights: "QueryFeatures") -> float:
        """Return the sum of the numbers, each times its weight."""
        products = zip(msgspec.structs.astuple(self), msgspec.structs.astuple(weights), strict=True)
        return float(sum(number * weight for number, weight in products))


class FeatureWeight(msgspec.Struct, frozen=True):
    """The weight of a feature beside both searches: a constant, and what is added when the query is bare.

    A bare query is words without a function word between them; any other may be a sentence.
    """

    constant: float
    bare: float

    def weighted(self, bare: bool) -> float:
        """Return the weight for a query."""
        return self.constant + self.bare * bare


class GateWeights(msgspec.Struct, frozen=True):
    """The learned weights: for both searches, for two features, and for `near`.

    `near` is the weight of nearness times window (e in the formula).
    """

    keyword: QueryFeatures
    semantic: QueryFeatures
    bigrams: FeatureWeight
    window: FeatureWeight
    near: FeatureWeight


@dataclass(frozen=True, slots=True)
class GateInput:
    """What the gate needs beside both scores: the features of the candidates, and facts about the query.

    `known` is that of `features.WeightedQuery`. `mean` and `deviation` are those of the query's cosines with
    all passages.
    """

    features: Features
    known: float
    mean: float
    deviation: float
    bare: bool


@dataclass(frozen=True, slots=True)
class MixingWeights:
    """The weights of both searches and of the features for one query."""

    keyword: float
    semantic: float
    bigrams: float
    window: float
    near: float


@dataclass(frozen=True, slots=True)
class Gate:
    """A `Fuse` for one query."""

    weights: GateWeights
    inputs: GateInput

    def __call__(self, candidates: CandidateScores) -> Scores:
        """Return fused scores."""
        if not len(candidates.numbers):
            return np.empty(0)
        mixing, features = self.mixing_weights(candidates), self.inputs.features
        nearness = np.maximum(mixing.semantic + mixing.near * features.window, _LEAST)
        both = mixing.keyword * z_scores(candidates.keyword) + nearness * z_scores(candidates.semantic)
        scores: Scores = (
            both + mixing.bigrams * features.bigrams / self._known + mixing.window * features.window
        )
        return scores

    def explain(self, candidates: CandidateScores) -> str:
        """Say what weights both searches and the features have, and why."""
        if not len(candidates.numbers):
            return "learned"
        mixing = asdict(self.mixing_weights(candidates))
        numbers = msgspec.structs.asdict(self.query_features(candidates))
        why = ", ".join(f"{name} {value:.2f}" for name, value in numbers.items())
        weights = " ".join(
            f"{'-' if weight < 0 else '+'} {abs(weight):.2f} {name}" for name, weight in mixing.items()
        )
        return f"learned, {weights.removeprefix('+ ')} ({why})"

    def mixing_weights(self, candidates: CandidateScores) -> MixingWeights:
        """Return the weights for this query; there must be a candidate."""
        numbers, weights, bare = self.query_features(candidates), self.weights, self.inputs.bare
        return MixingWeights(
            max(numbers.weighted(weights.keyword), _LEAST),
            max(numbers.weighted(weights.semantic), _LEAST),
            weights.bigrams.weighted(bare),
            weights.window.weighted(bare),
            weights.near.weighted(bare),
        )

    @property
    def _known(self) -> float:
        return max(self.inputs.known, _LEAST_KNOWN)

    def query_features(self, candidates: CandidateScores) -> QueryFeatures:
        """Return the five numbers of this query; there must be a candidate."""
        inputs = self.inputs
        nearness = (candidates.semantic - inputs.mean) / max(inputs.deviation, _FLAT)
        falling = np.sort(nearness)[::-1]
        best = int(np.lexsort((candidates.numbers, -candidates.keyword))[0])
        return QueryFeatures(
            known=self._known,
            lead=float(falling[0] - falling[min(_TENTH, len(falling) - 1)]),
            found=float(inputs.features.coverage[best]) / self._known,
            together=float(inputs.features.window[best]) / self._known,
            agreement=float(nearness[best]) / _NEARNESS,
        )
