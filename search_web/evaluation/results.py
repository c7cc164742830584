"""The results of a run: `eval --json` prints these structs, and the report shows them."""

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
    """The half-space grid of a collection and mode.

    `ndcg_at_10` maps the spelling of documents, then that of queries, to nDCG@10. `worst_over_best` is the
    worst value divided by the best. `arabic` and `latin_digits` are the values of queries in Arabic letters
    and with Latin digits, divided by the value of the unchanged spellings.
    """

    collection: str
    mode: Mode
    ndcg_at_10: dict[Spelling, dict[Spelling, float]]
    worst_over_best: float
    arabic: float
    latin_digits: float


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """The results of a whole run.

    `comparisons` compares the cells with the saved run `against`. `parts` compares each hybrid ranking with
    the keyword and the semantic ranking of this run.
    """

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
    """Return the half-space grids of a run, one for each collection and mode."""
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
