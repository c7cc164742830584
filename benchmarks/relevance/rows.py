"""The rows of the table: how each of them scores the candidates of a query."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from benchmarks.relevance.asked import Asked
from benchmarks.relevance.fitting import Matrix, TrainingQuery, fit
from search_web.ranking.features import LexicalWeights, lexical
from search_web.ranking.fusion import CandidateScores, ReciprocalRanks, Scores, ZScores, z_scores
from search_web.ranking.gate import FeatureWeight, Gate, GateWeights, QueryFeatures

Scorer = Callable[[Asked], Scores]

_EVEN = 0.5
_LEXICAL_RIDGE = 1e-4
_TEN = 10


def terms_alone(asked: Asked) -> Scores:
    """Return the BM25 scores of the stems, or of a reference analyzer's terms."""
    return asked.bm25


def encoder_alone(asked: Asked) -> Scores:
    """Return the cosine of the nearest passage."""
    return asked.cosine


def keyword(asked: Asked, weights: LexicalWeights) -> Scores:
    """Return the keyword score of `features.lexical`."""
    return lexical(asked.features, weights)


def candidate_scores(asked: Asked, keyword: Scores) -> CandidateScores:
    """Return the scores and ranks that a fusion combines."""
    return asked.evidence.with_keyword_scores(keyword)


def even_mix(asked: Asked, keyword: Scores) -> Scores:
    """Return the mean z-score of both searches."""
    return ZScores(_EVEN)(candidate_scores(asked, keyword))


def reciprocal_ranks(asked: Asked, keyword: Scores) -> Scores:
    """Return RRF with k = 60."""
    return ReciprocalRanks(_EVEN)(candidate_scores(asked, keyword))


def gate(asked: Asked, keyword: Scores, weights: GateWeights) -> Scores:
    """Return the scores of the learned fusion."""
    return _gate(asked, weights)(candidate_scores(asked, keyword))


def _gate(asked: Asked, weights: GateWeights) -> Gate:
    return Gate(weights, asked.evidence.inputs)


_FIVE = len(QueryFeatures.__struct_fields__)
_NO_NUMBERS = QueryFeatures(*(0.0,) * _FIVE)
_NOTHING = GateWeights(_NO_NUMBERS, _NO_NUMBERS, *(FeatureWeight(0.0, 0.0),) * 3)
# Weights that were learned on some collections trust the encoder too much on another one. Learned without
# pquad+news, they lose .013 on its short queries; with all weights of what is read from words multiplied by
# this factor, they lose .008.
_EMPHASIS = 1.2
# The fit uses the candidates that either search ranks within this depth, and the relevant ones.
_TAUGHT = 60


def learn_gate(groups: Sequence[Sequence[TrainingQuery]], counts: Sequence[float]) -> GateWeights:
    """Learn the weights of the gate from groups of `gate_features`; `counts` is how much each counts."""
    learned = fit(groups, counts=counts)
    keyword, semantic, bigrams, window, near = np.split(learned, np.cumsum([_FIVE, _FIVE, 2, 2]))
    return GateWeights(
        QueryFeatures(*(_EMPHASIS * keyword).tolist()),
        QueryFeatures(*semantic.tolist()),
        FeatureWeight(*(_EMPHASIS * bigrams).tolist()),
        FeatureWeight(*(_EMPHASIS * window).tolist()),
        FeatureWeight(*near.tolist()),
    )


def gate_features(asked: Asked, keyword: Scores) -> TrainingQuery:
    """Return the gate's features and the grades of the candidates to learn from, for a keyword score."""
    numbers = _gate(asked, _NOTHING).query_features(candidate_scores(asked, keyword))
    five = np.array(msgspec.structs.astuple(numbers))
    constant_and_bare = np.array([1.0, asked.evidence.inputs.bare])
    nearness = z_scores(asked.cosine)
    features = (
        np.outer(z_scores(keyword), five),
        np.outer(nearness, five),
        np.outer(asked.features.bigrams / numbers.known, constant_and_bare),
        np.outer(asked.features.window, constant_and_bare),
        np.outer(asked.features.window * nearness, constant_and_bare),
    )
    kept = _head(asked, keyword)
    return np.concatenate(features, axis=1)[kept], asked.grades[kept]


def _head(asked: Asked, keyword: Scores) -> np.ndarray:
    heads = (np.argsort(-scores)[:_TAUGHT] for scores in (keyword, asked.cosine))
    return np.union1d(np.concatenate(list(heads)), np.flatnonzero(asked.grades > 0))


def learn_lexical(groups: Sequence[Sequence[Asked]], counts: Sequence[float]) -> LexicalWeights:
    """Learn the weight of each feature; those of surface forms and prefix families sum to 1.

    `counts` is how much each group of queries counts.
    """
    names = LexicalWeights.__struct_fields__

    def features(asked: Asked) -> TrainingQuery:
        return np.stack([getattr(asked.features, name) for name in names], axis=1), asked.grades

    learned = fit([[features(asked) for asked in group] for group in groups], _LEXICAL_RIDGE, counts)
    both = learned[names.index("surface_forms")] + learned[names.index("prefix_families")]
    return LexicalWeights(*(learned / both).tolist())


class SketchedGate:
    """The first sketch of the gate: 28 weights, z-scores over the candidates, bigrams and a window.

    It has four features: the z-scores of both searches, bigrams and window. The weight of each is a weighted
    sum of a constant and six numbers: how many words the query has, their mean idf, the best keyword score as
    a share of the greatest possible one, the gap between the first and the tenth place of each list in
    standard deviations, and how many articles the two top tens have in common.
    """

    def __init__(self, groups: Sequence[Sequence[Asked]], score: Scorer) -> None:
        self._score = score
        taught = []
        for group in groups:
            known = [(self._features(asked), _head(asked, score(asked)), asked.grades) for asked in group]
            taught.append([(features[kept], grades[kept]) for features, kept, grades in known])
        self._weights = fit(taught)

    def __call__(self, asked: Asked) -> Scores:
        """Return fused scores."""
        scores: Scores = self._features(asked) @ self._weights
        return scores

    def _features(self, asked: Asked) -> Matrix:
        keyword = self._score(asked)
        lists = z_scores(keyword), z_scores(asked.cosine)
        tens = [set(np.lexsort((asked.numbers, -each))[:_TEN].tolist()) for each in lists]
        numbers = np.array(
            [
                1.0,
                np.log1p(asked.words),
                asked.idf / 8,
                keyword.max(initial=0.0),
                *(_gap(each) for each in lists),
                len(tens[0] & tens[1]) / _TEN,
            ]
        )
        features = (*lists, asked.features.bigrams, asked.features.window)
        return np.concatenate([np.outer(each, numbers) for each in features], axis=1)


def _gap(scores: Scores) -> float:
    falling = np.sort(scores)[::-1]
    return float(falling[0] - falling[min(_TEN, len(falling)) - 1])


def rounded(weights: msgspec.Struct) -> dict[str, float]:
    """Return the weights by name, rounded as they are stored."""
    return {name: round(value, 3) for name, value in msgspec.structs.asdict(weights).items()}
