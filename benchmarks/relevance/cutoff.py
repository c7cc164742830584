"""Learn where a hybrid answer ends (`search_web.ranking.cutoff`), and measure what it costs and leaves.

    python -m benchmarks.relevance.cutoff COLLECTIONS.toml --work DIR [--write] > table.md

The weights come from a logistic regression: is a candidate relevant? The candidates are those of the judged
queries, in full and cut to three words. Two bounds follow from the full queries. An answer without strong
evidence has only its first page: what is strong is set as high as a cost of `COST` in recall@100 allows
on every collection. `least` is set as high as it costs nothing. `--write` stores all in
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
from benchmarks.relevance.asked import Asked, Encoded, opened
from benchmarks.relevance.cells import AS_IS, Cells, gathered
from benchmarks.relevance.fitting import Matrix
from benchmarks.relevance.readings import ours
from indexer.semantic.loading import load_query_encoder
from search_web.cli.progress import TerminalReport
from search_web.evaluation.collection import read_collections
from search_web.evaluation.runs import RECALL_DEPTH
from search_web.evaluation.workspace import Workspace
from search_web.ranking import weights as ranking
from search_web.ranking.cutoff import PAGE, CutoffWeights
from search_web.ranking.weights import cutoff_weights, ranking_weights

COST = 0.002  # recall@100 that a cell may lose
_RIDGE = 1e-5
_MARGIN = 0.02  # keeps the article at a bound, in spite of rounding and of a query encoded elsewhere
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
        cells = gathered(settings, readings, (AS_IS,), Encoded(load_query_encoder()))
    weights = learn(cells, cutoff_weights().alone)
    if write:
        _write(weights, [each.name for each in named])
    print("| collection | queries | recall@100 | lost | results, median |", "| --- " * 5 + "|", sep="\n")
    for (name, short, _), queries in cells.items():
        whole, cut = (recall(queries, each) for each in (None, weights))
        median = np.median([_kept(asked, weights).sum() for asked in queries])
        form = "short" if short else "full"
        print(f"| {name} | {form} | {whole:.4f} | {whole - cut:.4f} | {median:.0f} |")


def learn(cells: Cells, alone: float) -> CutoffWeights:
    """Learn the weights from the candidates of all cells, and the bounds from the full queries."""
    features = np.concatenate([_features(asked) for queries in cells.values() for asked in queries])
    relevant = np.concatenate([asked.grades > 0 for queries in cells.values() for asked in queries])
    counts = [1 / len(queries) for queries in cells.values() for asked in queries for _ in asked.numbers]
    slopes = _logistic(features, relevant, np.array(counts))
    full = [queries for (_, short, _), queries in cells.items() if not short]
    strong = min(_bound(queries, slopes, COST, whole=True) for queries in full)
    least = min(_bound(queries, slopes, 0.0, whole=False) for queries in full)
    coverage, keyword, prominence, least = (
        round(float(each) / (strong - _MARGIN), 3) for each in (*slopes, least - _MARGIN)
    )
    return CutoffWeights(coverage, keyword, prominence, least, alone)


def recall(queries: Sequence[Asked], weights: CutoffWeights | None) -> float:
    """Return the share of relevant candidates in the first 100 results, after the cut unless it is None."""
    found = total = 0
    for asked in queries:
        places, relevant = _places(asked), asked.grades > 0
        kept = np.ones(len(places), dtype=np.bool_) if weights is None else _kept(asked, weights)
        found += int((relevant & kept & (places < RECALL_DEPTH)).sum())
        total += int(relevant.sum())
    return found / max(total, 1)


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
    return asked.evidence.kept(_places(asked), rows.keyword(asked, ranking_weights().lexical), weights)


def _bound(queries: Sequence[Asked], slopes: NDArray[np.float64], cost: float, *, whole: bool) -> float:
    """Return the greatest bound on the evidence that loses at most this share of recall@100.

    The bound is on the best evidence of the whole query, or on that of each candidate.
    """
    found: list[float] = []
    total = 0
    for asked in queries:
        places, relevant, evidence = _places(asked), asked.grades > 0, _features(asked) @ slopes
        losable = relevant & (places >= PAGE) & (places < RECALL_DEPTH)
        found += [float(evidence.max())] * int(losable.sum()) if whole else evidence[losable].tolist()
        total += int(relevant.sum())
    found.sort()
    allowed = int(cost * total)
    return found[allowed] if allowed < len(found) else np.inf


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
        "# in full and cut to three words.",
        "# `alone` is set by hand: random letters reach 0.8 (docs/ranking.md).",
        "",
        *(f"{name} = {value}" for name, value in msgspec.structs.asdict(weights).items()),
    ]
    _PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")
    cutoff_weights.cache_clear()


if __name__ == "__main__":
    main()
