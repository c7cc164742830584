"""The learned fusion: weighs the two searches for each query, by features of the query and of both lists.

    score = a · z(keyword) + (b + e · window) · z(cosine) + c · bigrams / known + d · window

- z is the number of standard deviations from the mean of the candidates.
- keyword is the score of `features.lexical`; bigrams and window are the features of that name.
- cosine is the similarity of the query's vector with the article's best passage.
- known is the share of the query's total idf that belongs to words in the archive.
- a and b are linear in five numbers (`QueryFeatures`).
- c, d and e depend on whether the query is bare (has no function word).

No fixed mixture suits all queries. For three words of a headline the words alone should decide, and the
encoder would spoil the ranking. For a question in other words than the article's it is the opposite. e is
negative: if an article has the query's words close together, its semantic nearness adds little.
benchmarks/relevance learns the sixteen weights.
"""

from dataclasses import asdict, dataclass

import msgspec
import numpy as np

from search_web.ranking.features import Features
from search_web.ranking.fusion import CandidateScores, Scores, z_scores

# The index of the tenth nearest article, with which `lead` compares the nearest one.
_TENTH = 9
# Scales a typical nearness to about 1.
_NEARNESS = 5.0
# The minimum weight of either search: neither is ever ignored or counts negatively.
_LEAST = 0.05
# The minimum of `known`, by which other numbers are divided.
_LEAST_KNOWN = 0.05
# The minimum standard deviation, against division by zero.
_FLAT = 1e-6


class QueryFeatures(msgspec.Struct, frozen=True):
    """The five numbers of a query, or the weights of these numbers for one of the two searches.

    The nearness of an article is its cosine with the query, in standard deviations from the mean of the
    query's cosines with all passages.

    - `known`: the share of the query's total idf that belongs to words which at least one article holds. It
      takes the place of a constant term: a word that no article holds is mostly a typo, from which neither
      search learns anything.
    - `lead`: the nearness of the nearest article minus that of the tenth nearest.

    The other three describe the article with the best keyword score:

    - `found`: the share of the known total idf that it holds.
    - `together`: the share of the known total idf in its best window.
    - `agreement`: its nearness / 5.
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
    """The weight of a feature in the fused score: a constant, plus `bare` when the query is bare.

    A bare query has no function word; a query with one may be a sentence.
    """

    constant: float
    bare: float

    def weighted(self, bare: bool) -> float:
        """Return the weight for a query."""
        return self.constant + self.bare * bare


class GateWeights(msgspec.Struct, frozen=True):
    """The learned weights: for both searches, for two features, and for `near`.

    In the formula of the module, `keyword` gives a, `semantic` b, `bigrams` c, `window` d and `near` e.
    """

    keyword: QueryFeatures
    semantic: QueryFeatures
    bigrams: FeatureWeight
    window: FeatureWeight
    near: FeatureWeight


@dataclass(frozen=True, slots=True)
class GateInput:
    """The input of the gate besides the scores: the features of the candidates, and facts about the query.

    `known` comes from `features.WeightedQuery`. `mean` and `deviation` are the mean and standard deviation of
    the query's cosines with all passages.
    """

    features: Features
    known: float
    mean: float
    deviation: float
    bare: bool

    def nearness(self, cosines: Scores) -> Scores:
        """Return cosines [n] in standard deviations above the mean of the query's cosines."""
        return (cosines - self.mean) / max(self.deviation, _FLAT)


@dataclass(frozen=True, slots=True)
class MixingWeights:
    """The weights of both searches and of the features for one query: a, b, c, d and e of the formula."""

    keyword: float
    semantic: float
    bigrams: float
    window: float
    near: float


@dataclass(frozen=True, slots=True)
class Gate:
    """The learned fusion of one query; implements `Fuse`."""

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
        """Return one line with the weights of both searches and the features, and the five numbers."""
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
        """Return the weights for this query; needs at least one candidate."""
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
        """Return the five numbers of this query; needs at least one candidate."""
        inputs = self.inputs
        nearness = inputs.nearness(candidates.semantic)
        falling = np.sort(nearness)[::-1]
        best = int(np.lexsort((candidates.numbers, -candidates.keyword))[0])
        return QueryFeatures(
            known=self._known,
            lead=float(falling[0] - falling[min(_TENTH, len(falling) - 1)]),
            found=float(inputs.features.coverage[best]) / self._known,
            together=float(inputs.features.window[best]) / self._known,
            agreement=float(nearness[best]) / _NEARNESS,
        )
