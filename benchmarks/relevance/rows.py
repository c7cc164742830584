"""The rows of the table: how each of them scores the candidates of a query."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np

from benchmarks.relevance.asked import Asked
from benchmarks.relevance.fitting import Matrix, TrainingQuery, fit
from search_web.ranking.features import LexicalWeights, lexical
from search_web.ranking.fusion import Evidences, ReciprocalRanks, Scores, ZScores, ranks_in, z_scores
from search_web.ranking.gate import Gate, GateWeights, Measures, Pull, Signals

Scorer = Callable[[Asked], Scores]

_EVEN = 0.5
_LEXICAL_RIDGE = 1e-4
_TEN = 10


def terms_alone(asked: Asked) -> Scores:
    """Return BM25 of a reference analyzer's terms."""
    return asked.bm25


def encoder_alone(asked: Asked) -> Scores:
    """Return the cosine of the nearest passage."""
    return asked.cosine


def keyword(asked: Asked, weights: LexicalWeights) -> Scores:
    """Return the keyword score of `evidence.lexical`."""
    return lexical(asked.seen, weights)


def evidences(asked: Asked, keyword: Scores) -> Evidences:
    """Return what fusions look at."""
    by_keyword = np.lexsort((asked.numbers, -keyword))
    nearest = np.lexsort((asked.numbers, -asked.cosine))
    return Evidences(
        asked.numbers,
        keyword,
        asked.cosine,
        ranks_in(asked.numbers, asked.numbers[by_keyword[asked.listed[by_keyword]]]),
        ranks_in(asked.numbers, asked.numbers[nearest]),
    )


def even_mix(asked: Asked, keyword: Scores) -> Scores:
    """Return the mean z-score of both searches."""
    return ZScores(_EVEN)(evidences(asked, keyword))


def reciprocal_ranks(asked: Asked, keyword: Scores) -> Scores:
    """Return RRF with k = 60."""
    return ReciprocalRanks(_EVEN)(evidences(asked, keyword))


def gate(asked: Asked, keyword: Scores, weights: GateWeights) -> Scores:
    """Return the scores of the learned fusion."""
    return _gate(asked, weights)(evidences(asked, keyword))


def _gate(asked: Asked, weights: GateWeights) -> Gate:
    return Gate(weights, Signals(asked.seen, asked.known, asked.mean, asked.deviation, asked.bare))


_FIVE = len(Measures.__struct_fields__)
_NOTHING = GateWeights(Measures(*(0.0,) * _FIVE), Measures(*(0.0,) * _FIVE), *(Pull(0.0, 0.0),) * 3)
# What was learned on some collections trusts the encoder too much on another: without pquad+news it loses
# .013 on the short queries of that, with all that is read from words raised by so much .008.
_EMPHASIS = 1.2
# A query teaches by those that either search places among so many, and by the right ones.
_TAUGHT = 60


def learn_gate(groups: Sequence[Sequence[TrainingQuery]], counts: Sequence[float]) -> GateWeights:
    """Learn the weights of the gate from groups of `gate_signals`; `counts` is what each group counts."""
    learned = fit(groups, counts=counts)
    keyword, semantic, pairs, window, near = np.split(learned, np.cumsum([_FIVE, _FIVE, 2, 2]))
    return GateWeights(
        Measures(*(_EMPHASIS * keyword).tolist()),
        Measures(*semantic.tolist()),
        Pull(*(_EMPHASIS * pairs).tolist()),
        Pull(*(_EMPHASIS * window).tolist()),
        Pull(*near.tolist()),
    )


def gate_signals(asked: Asked, keyword: Scores) -> TrainingQuery:
    """Return what the gate weighs of the candidates that teach, for a keyword score."""
    measures = _gate(asked, _NOTHING).measures(evidences(asked, keyword))
    five = np.array(msgspec.structs.astuple(measures))
    pull = np.array([1.0, asked.bare])
    nearness = z_scores(asked.cosine)
    signals = (
        np.outer(z_scores(keyword), five),
        np.outer(nearness, five),
        np.outer(asked.seen.pairs / measures.known, pull),
        np.outer(asked.seen.window, pull),
        np.outer(asked.seen.window * nearness, pull),
    )
    kept = _head(asked, keyword)
    return np.concatenate(signals, axis=1)[kept], asked.grades[kept]


def _head(asked: Asked, keyword: Scores) -> np.ndarray:
    heads = (np.argsort(-scores)[:_TAUGHT] for scores in (keyword, asked.cosine))
    return np.union1d(np.concatenate(list(heads)), np.flatnonzero(asked.grades > 0))


def learn_lexical(groups: Sequence[Sequence[Asked]], counts: Sequence[float]) -> LexicalWeights:
    """Learn what each evidence counts; written words and their families together count 1.

    `counts` is what each group of queries counts.
    """
    names = LexicalWeights.__struct_fields__

    def signals(asked: Asked) -> TrainingQuery:
        return np.stack([getattr(asked.seen, name) for name in names], axis=1), asked.grades

    learned = fit([[signals(asked) for asked in group] for group in groups], _LEXICAL_RIDGE, counts)
    both = learned[names.index("written")] + learned[names.index("kin")]
    return LexicalWeights(*(learned / both).tolist())


class SketchedGate:
    """The gate that was sketched first: 28 weights, z-scores over the candidates, pairs and a window.

    Each of four signals counts by a sum over a constant and six numbers: how many words the query has, their
    mean idf, the best keyword score as a share of what could be, the gap between the first and tenth place of
    either list in standard deviations, and how many of both first tens agree.
    """

    def __init__(self, groups: Sequence[Sequence[Asked]], score: Scorer) -> None:
        self._score = score
        taught = []
        for group in groups:
            pairs = [(self._signals(asked), _head(asked, score(asked)), asked.grades) for asked in group]
            taught.append([(signals[kept], grades[kept]) for signals, kept, grades in pairs])
        self._weights = fit(taught)

    def __call__(self, asked: Asked) -> Scores:
        """Return fused scores."""
        scores: Scores = self._signals(asked) @ self._weights
        return scores

    def _signals(self, asked: Asked) -> Matrix:
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
        signals = (*lists, asked.seen.pairs, asked.seen.window)
        return np.concatenate([np.outer(each, numbers) for each in signals], axis=1)


def _gap(scores: Scores) -> float:
    falling = np.sort(scores)[::-1]
    return float(falling[0] - falling[min(_TEN, len(falling)) - 1])


def told(weights: msgspec.Struct) -> dict[str, float]:
    """Return weights by name, rounded as they are kept."""
    return {name: round(value, 3) for name, value in msgspec.structs.asdict(weights).items()}
