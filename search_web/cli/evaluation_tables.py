"""Prints the results of an evaluation on the terminal, as compact tables."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from search_web.cli.terminal import printable
from search_web.evaluation.comparison import Change, Comparison, Ranked
from search_web.evaluation.figures import change, interval, p_value, variant
from search_web.evaluation.results import Grid, Results, Row

_WIDTH = 200
_SHOWN = 3  # queries with the largest gains, as many with the largest losses, and top articles of each


def print_results(results: Results) -> None:
    """Print the measures, the half-space grids and the comparisons."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH  # output to a file is not wrapped to a terminal's width
    console.print(_measures(results.rows))
    for grid in results.grids:
        _print_grid(console, grid)
    if results.comparisons:
        console.print(f"\nagainst {results.against}", markup=False, soft_wrap=True)
        console.print(_comparisons(results.comparisons))
    for comparison in results.comparisons:
        _print_changes(console, comparison)


def _measures(rows: Iterable[Row]) -> Table:
    rows = list(rows)
    spelled = any(variant(row) != "asis/asis" for row in rows)
    left = ["collection", *(["docs/queries"] if spelled else []), "mode"]
    table = _table(left, ["queries", "nDCG@10", "MRR@10", "Recall@100", "p50 ms", "p95 ms"])
    for row in rows:
        table.add_row(
            Text(printable(row.collection)),
            *([variant(row)] if spelled else []),
            row.mode,
            str(row.queries),
            *(f"{value:.4f}" for value in (row.ndcg_at_10, row.mrr_at_10, row.recall_at_100)),
            *(f"{value:.1f}" for value in (row.latency_p50_ms, row.latency_p95_ms)),
        )
    return table


def _print_grid(console: Console, grid: Grid) -> None:
    title = f"\n{printable(grid.collection)} {grid.mode}: nDCG@10, documents down, queries across"
    console.print(title, markup=False, soft_wrap=True)
    table = _table([""], list(grid.ndcg_at_10))
    for documents, line in grid.ndcg_at_10.items():
        table.add_row(documents, *(f"{value:.4f}" for value in line.values()))
    console.print(table)
    console.print(
        f"worst over best {grid.worst_over_best:.4f}; "
        f"Arabic letters {grid.arabic:.4f}, Latin digits {grid.latin_digits:.4f} of as is"
    )


def _comparisons(comparisons: Iterable[Comparison]) -> Table:
    table = _table(
        ["collection", "docs/queries", "mode"], ["queries", "nDCG@10", "95 %", "p", "won", "lost", "left out"]
    )
    for one in comparisons:
        difference = one.difference
        table.add_row(
            *(Text(printable(one.collection)), variant(one), one.mode, str(one.queries)),
            *(change(difference.mean), interval((difference.low, difference.high), "{:+.4f}")),
            *(p_value(difference.p_value), str(one.won), str(one.lost), str(one.left_out)),
        )
    return table


def _print_changes(console: Console, comparison: Comparison) -> None:
    found = [*comparison.most_won[:_SHOWN], *comparison.most_lost[:_SHOWN]]
    if found:
        title = f"\n{printable(comparison.collection)} {comparison.mode} {variant(comparison)}"
        console.print(title, markup=False, soft_wrap=True)
    for one in found:
        _print_change(console, one)


def _print_change(console: Console, one: Change) -> None:
    lines = [
        f"{one.before:.3f} → {one.after:.3f}  {one.text}  {one.id}",
        f"    before  {_top(one.top_before)}",
        f"    after   {_top(one.top_after)}",
    ]
    for line in lines:
        console.print(Text(printable(line)), soft_wrap=True)


def _top(top: list[Ranked]) -> str:
    return " | ".join(ranked.title or ranked.id for ranked in top[:_SHOWN]) or "–"


def _table(left: Iterable[str], right: Iterable[str]) -> Table:
    table = Table(box=None)
    for name in left:
        table.add_column(name, no_wrap=True)
    for name in right:
        table.add_column(name, justify="right", no_wrap=True)
    return table
