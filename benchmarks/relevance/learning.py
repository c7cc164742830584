"""Learn the weights of the ranking from judged queries; the weights of the fusion are learned in rounds.

A fit for likelihood also gains where the order is already right, and in one collection at the expense of
another. So each round compares every cell with the better single search and with the even mix. The less a
cell loses, the less it counts in the next round, until no cell loses (group distributionally robust
optimization; Sagawa et al., ICLR 2020, with nDCG in place of the loss).
"""

from collections.abc import Sequence
from functools import partial

import numpy as np

from benchmarks.relevance import rows
from benchmarks.relevance.asked import Asked, Setting, Typed
from benchmarks.relevance.cells import AS_IS, Cell, Cells, measure, typed_as
from search_web.ranking.features import LexicalWeights
from search_web.ranking.fusion import Scores
from search_web.ranking.gate import GateWeights

# How many times the short queries of the foremost collection count when the keyword score is learned.
FOREMOST = 4.0
# The ways of typing that the fusion learns from.
_TAUGHT: tuple[Typed, ...] = ("asis", "typo")
_ROUNDS = 10
# In the next round, a cell that is .005 or more above the worst one counts three quarters as much.
_STEP, _ENOUGH = 60.0, 0.005
# The even mix may be better by this: half of .002, since the fusion does not learn from other spellings.
_TOLERATED = 0.001


def learn(
    settings: Sequence[Setting], cells: Cells, foremost: str, without: str = ""
) -> tuple[LexicalWeights, GateWeights]:
    """Learn all weights from the cells of every collection except `without`."""
    others = {cell: asked for cell, asked in cells.items() if cell[0] != without}
    as_is = typed_as(others, {AS_IS})
    counts = [FOREMOST if short and name == foremost else 1.0 for name, short, _ in as_is]
    lexical = rows.learn_lexical(list(as_is.values()), counts)
    return lexical, _learn_gate(settings, typed_as(others, _TAUGHT), lexical)


def _learn_gate(settings: Sequence[Setting], cells: Cells, lexical: LexicalWeights) -> GateWeights:
    keyword = partial(rows.keyword, weights=lexical)
    taught = [[rows.gate_features(asked, keyword(asked)) for asked in group] for group in cells.values()]
    goals = _goals(settings, cells, keyword)
    counts = np.ones(len(cells))
    rounds: list[tuple[float, GateWeights]] = []
    while len(rounds) < _ROUNDS:
        gate = rows.learn_gate(taught, counts.tolist())

        def fused(asked: Asked, gate: GateWeights = gate) -> Scores:
            return rows.gate(asked, keyword(asked), gate)

        reached = measure(settings, cells, fused)
        losses = np.array([goals[cell] - reached[cell] for cell in cells])
        rounds.append((losses.max(), gate))
        if losses.max() <= 0:
            break
        counts *= np.exp(-_STEP * np.minimum(losses.max() - losses, _ENOUGH))
    _, best = min(rounds, key=lambda each: each[0])
    return best


def _goals(settings: Sequence[Setting], cells: Cells, keyword: rows.Scorer) -> dict[Cell, float]:
    def even_mix(asked: Asked) -> Scores:
        return rows.even_mix(asked, keyword(asked))

    parts = [measure(settings, cells, row) for row in (keyword, rows.encoder_alone)]
    even = measure(settings, cells, even_mix)
    return {cell: max(*(part[cell] for part in parts), even[cell] - _TOLERATED) for cell in cells}
