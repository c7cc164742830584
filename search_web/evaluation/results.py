"""All that a run found, as `eval --json` prints it and the report shows it."""

from collections.abc import Sequence

import msgspec

from search_web.contract.answers import Mode
from search_web.evaluation.comparison import Comparison
from search_web.evaluation.experiment import Cell
from search_web.evaluation.significance import mean_interval
from search_web.evaluation.spelling import HALF_SPACE_SPELLINGS, Spelling


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The measures of a cell, with the 95 % confidence interval of nDCG@10; latencies in milliseconds."""

    collection: str
    documents: Spelling
    spelling: Spelling
    mode: Mode
    queries: int
    ndcg_at_10: float
    ndcg_at_10_interval: tuple[float, float]
    mrr_at_10: float
    recall_at_100: float
    latency_p50_ms: float
    latency_p95_ms: float


class Grid(msgspec.Struct, frozen=True, kw_only=True):
    """nDCG@10 of a half-space grid by spelling of documents, then of queries; its worst cell over its best.

    `arabic` and `latin_digits`: what queries in Arabic letters and in Latin digits reach of the cell as is.
    """

    collection: str
    mode: Mode
    ndcg_at_10: dict[Spelling, dict[Spelling, float]]
    worst_over_best: float
    arabic: float
    latin_digits: float


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run. `parts` holds each hybrid ranking against the keyword and the semantic one of this run."""

    short: int | None
    rows: list[Row]
    grids: list[Grid] = []
    against: str | None = None
    comparisons: list[Comparison] = []
    parts: list[Comparison] = []


def row(cell: Cell) -> Row:
    """Return the measures of a cell."""
    low, high = mean_interval([outcome.ndcg_at_10 for outcome in cell.outcomes])
    return Row(
        collection=cell.collection,
        documents=cell.documents,
        spelling=cell.spelling,
        ndcg_at_10_interval=(round(low, 4), round(high, 4)),
        **msgspec.structs.asdict(cell.measures),
    )


def grids(rows: Sequence[Row]) -> list[Grid]:
    """Return the half-space grids of a run, one a collection and mode."""
    found: dict[tuple[str, Mode], dict[tuple[Spelling, Spelling], float]] = {}
    for one in rows:
        cells = found.setdefault((one.collection, one.mode), {})
        cells[one.documents, one.spelling] = one.ndcg_at_10
    return [_grid(collection, mode, cells) for (collection, mode), cells in found.items()]


def _grid(collection: str, mode: Mode, cells: dict[tuple[Spelling, Spelling], float]) -> Grid:
    table = {
        documents: {queries: cells[documents, queries] for queries in HALF_SPACE_SPELLINGS}
        for documents in HALF_SPACE_SPELLINGS
    }
    values = [value for line in table.values() for value in line.values()]
    as_is = cells["asis", "asis"]
    return Grid(
        collection=collection,
        mode=mode,
        ndcg_at_10=table,
        worst_over_best=_ratio(min(values), max(values)),
        arabic=_ratio(cells["asis", "arabic"], as_is),
        latin_digits=_ratio(cells["asis", "latin-digits"], as_is),
    )


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 1.0
