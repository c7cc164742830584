"""Learn where a hybrid answer ends (`search_web.ranking.cutoff`), and measure what it costs and leaves.

    python -m benchmarks.relevance.cutoff COLLECTIONS.toml --work DIR [--write] > table.md

The weights come from a logistic regression: is a candidate relevant? The candidates are those of the judged
queries as they are, cut to three words, and with a typo. The bound is then the strictest one at which no cell
of queries without typos loses more than `COST` of its recall@100. `--write` stores the weights in
`search_web/ranking/cutoff.toml`.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import click
import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.relevance import rows
from benchmarks.relevance.asked import Asked, Encoded, Typed, opened
from benchmarks.relevance.cells import AS_IS, Cell, Cells, gathered
from benchmarks.relevance.fitting import Matrix
from benchmarks.relevance.readings import ours
from indexer.semantic.loading import load_query_encoder
from search_web.cli.progress import TerminalReport
from search_web.evaluation.collection import read_collections
from search_web.evaluation.runs import RECALL_DEPTH
from search_web.evaluation.workspace import Workspace
from search_web.ranking import weights as ranking
from search_web.ranking.cutoff import HANDFUL, CutoffWeights
from search_web.ranking.weights import cutoff_weights, ranking_weights

COST = 0.002  # recall@100 that a cell may lose
_TYPED: tuple[Typed, ...] = (AS_IS, "typo")
_RIDGE = 1e-5
_PATH = Path(ranking.__file__).with_name("cutoff.toml")


@click.command()
@click.argument("collections", type=click.Path(exists=True, path_type=Path))
@click.option("--work", type=click.Path(path_type=Path), required=True)
@click.option("--sample", default=1000, show_default=True)
@click.option("--write", is_flag=True)
def main(collections: Path, work: Path, sample: int, *, write: bool) -> None:
    """Print the table as Markdown."""
    named = read_collections(collections)
    with ExitStack() as stack:
        space = stack.enter_context(Workspace(work, stack.enter_context(TerminalReport())))
        settings = [
            stack.enter_context(opened(each, space.index(each, AS_IS, semantic=True), sample))
            for each in named
        ]
        readings = {each.name: ours(each.snapshot) for each in settings}
        cells = gathered(settings, readings, _TYPED, Encoded(load_query_encoder()))
    weights = learn(cells, cutoff_weights().alone)
    if write:
        _write(weights, [each.name for each in named])
    print("| collection | queries | recall@100 | lost | results, median |", "| --- " * 5 + "|", sep="\n")
    for (name, short, typed), queries in cells.items():
        whole, cut = (recall(queries, each) for each in (None, weights))
        median = np.median([_kept(asked, weights).sum() for asked in queries])
        form = f"{'short' if short else 'full'}{', typo' if typed != AS_IS else ''}"
        print(f"| {name} | {form} | {whole:.4f} | {whole - cut:.4f} | {median:.0f} |")


def learn(cells: Cells, alone: float) -> CutoffWeights:
    """Learn the weights from the candidates of all cells, and the bound from the cells without typos."""
    features = np.concatenate([_features(asked) for queries in cells.values() for asked in queries])
    relevant = np.concatenate([asked.grades > 0 for queries in cells.values() for asked in queries])
    counts = [1 / len(queries) for queries in cells.values() for asked in queries for _ in asked.numbers]
    slopes = _logistic(features, relevant, np.array(counts))
    as_is = [queries for cell, queries in cells.items() if _is_as_typed(cell)]
    bound = min(_bound(queries, slopes) for queries in as_is)
    coverage, keyword, prominence = (round(float(slope), 3) for slope in slopes / bound)
    return CutoffWeights(coverage, keyword, prominence, alone)


def recall(queries: Sequence[Asked], weights: CutoffWeights | None) -> float:
    """Return the share of relevant candidates in the first 100 results, after the cut unless it is None."""
    found = total = 0
    for asked in queries:
        places, relevant = _places(asked), asked.grades > 0
        kept = np.ones(len(places), dtype=np.bool_) if weights is None else _kept(asked, weights)
        found += int((relevant & kept & (places < RECALL_DEPTH)).sum())
        total += int(relevant.sum())
    return found / max(total, 1)


def _is_as_typed(cell: Cell) -> bool:
    return cell[2] == AS_IS


def _features(asked: Asked) -> Matrix:
    lexical = rows.keyword(asked, ranking_weights().lexical)
    return np.stack([asked.features.coverage, lexical, asked.evidence.prominence], axis=1)


def _places(asked: Asked) -> NDArray[np.int64]:
    """Return the place of each candidate in the ranking, from 0 [candidates]."""
    weights = ranking_weights()
    scores = rows.gate(asked, rows.keyword(asked, weights.lexical), weights.gate)
    places = np.empty(len(scores), dtype=np.int64)
    places[np.lexsort((asked.numbers, -scores))] = np.arange(len(scores))
    return places


def _kept(asked: Asked, weights: CutoffWeights) -> NDArray[np.bool_]:
    related = asked.evidence.related(rows.keyword(asked, ranking_weights().lexical), weights)
    handful = HANDFUL if asked.evidence.inputs.known else 0
    return related | (_places(asked) < handful)


def _bound(queries: Sequence[Asked], slopes: NDArray[np.float64]) -> float:
    """Return the greatest score below which `COST` of the relevant candidates lie that a cut can lose."""
    scores: list[float] = []
    total = 0
    for asked in queries:
        places, relevant = _places(asked), asked.grades > 0
        losable = relevant & (places >= HANDFUL) & (places < RECALL_DEPTH)
        scores += (_features(asked) @ slopes)[losable].tolist()
        total += int(relevant.sum())
    scores.sort()
    allowed = int(COST * total)
    return scores[allowed] if allowed < len(scores) else np.inf


def _logistic(features: Matrix, relevant: NDArray[np.bool_], counts: NDArray[np.float64]) -> Matrix:
    """Return the slope of each feature in a logistic regression with an intercept, [features]."""
    design = np.column_stack([features, np.ones(len(features))])
    signs = np.where(relevant, 1.0, -1.0)
    weight = counts / counts.sum()

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        margins = signs * (design @ weights)
        value = (weight * np.logaddexp(0, -margins)).sum() + _RIDGE * (weights @ weights)
        slope = design.T @ (-weight * signs / (1 + np.exp(margins))) + 2 * _RIDGE * weights
        return float(value), slope

    found: Matrix = minimize(loss, np.zeros(design.shape[1]), jac=True, method="L-BFGS-B").x
    return found[:-1]


def _write(weights: CutoffWeights, names: Sequence[str]) -> None:
    lines = [
        f"# Learned on {date.today():%Y-%m-%d} by python -m benchmarks.relevance.cutoff --write",
        f"# (docs/ranking.md) from the judged queries of {', '.join(names)},",
        "# in full and cut to three words, also with a typo in each.",
        "# `alone` is set by hand: random letters reach 0.8 (docs/ranking.md).",
        "",
        *(f"{name} = {value}" for name, value in msgspec.structs.asdict(weights).items()),
    ]
    _PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cutoff_weights.cache_clear()


if __name__ == "__main__":
    main()
