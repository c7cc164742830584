"""Writes the report of an evaluation: report.md and report.html, two self-contained files."""

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from indexer.errors import IndexInaccessible
from search_web.contract.answers import Mode
from search_web.evaluation import charts
from search_web.evaluation.comparison import Change, Comparison
from search_web.evaluation.experiment import Cell
from search_web.evaluation.figures import change, interval, p_value, variant
from search_web.evaluation.results import Results

_MARKDOWN = re.compile(r"([\\`*_\[\]|])")


def write_report(folder: Path, results: Results, cells: Sequence[Cell]) -> None:
    """Write both files into the folder, replacing older ones.

    Raises:
        IndexInaccessible: a file cannot be written.

    """
    pages = {"report.md": markdown(results), "report.html": page(results, cells)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in pages.items():
            (folder / name).write_text(text, "utf-8")
    except OSError as error:
        raise IndexInaccessible(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def page(results: Results, cells: Sequence[Cell]) -> str:
    """Return the report as HTML without scripts and external files; all text is escaped."""
    templates = Environment(
        loader=PackageLoader("search_web.evaluation"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    templates.filters |= {"change": change, "interval": interval, "p_value": p_value, "variant": variant}
    return templates.get_template("report.html").render(
        results=results,
        rows=charts.bars(results.rows),
        latencies=charts.latencies(list(_latencies(cells))),
        gains=charts.gains,
    )


def _latencies(cells: Sequence[Cell]) -> Iterator[tuple[str, Mode, list[float]]]:
    for cell in cells:
        if (cell.documents, cell.spelling) == (cells[0].documents, cells[0].spelling):
            times = [outcome.milliseconds for outcome in cell.outcomes]
            yield f"{cell.collection} {cell.measures.mode}", cell.measures.mode, times


def markdown(results: Results) -> str:
    """Return the report as Markdown."""
    cut = f"Queries are cut to {results.short} content words.\n\n" if results.short else ""
    parts = ["# Evaluation\n", cut + _measures(results)]
    if results.grids:
        parts.append("## Half-spaces\n\n" + _grids(results))
    if results.comparisons:
        parts.append(f"## Against {_escaped(results.against or '')}\n\n" + _comparisons(results.comparisons))
    if results.parts:
        parts.append("## Hybrid against its parts\n\n" + _comparisons(results.parts))
    return "\n".join(parts)


def _measures(results: Results) -> str:
    header = ("collection", "documents", "queries", "mode", "n", "nDCG@10", "95 %", "MRR@10", "Recall@100")
    return _table(
        (*header, "p50 ms", "p95 ms"),
        [
            (
                *(row.collection, row.documents, row.spelling, row.mode, str(row.queries)),
                *(f"{row.ndcg_at_10:.4f}", interval(row.ndcg_at_10_interval, "{:.3f}")),
                *(f"{row.mrr_at_10:.4f}", f"{row.recall_at_100:.4f}"),
                *(f"{row.latency_p50_ms:.1f}", f"{row.latency_p95_ms:.1f}"),
            )
            for row in results.rows
        ],
    )


def _grids(results: Results) -> str:
    return _table(
        ("collection", "mode", "worst over best", "Arabic letters", "Latin digits"),
        [
            (
                *(grid.collection, grid.mode, f"{grid.worst_over_best:.4f}"),
                *(f"{grid.arabic:.4f}", f"{grid.latin_digits:.4f}"),
            )
            for grid in results.grids
        ],
    )


def _comparisons(comparisons: Sequence[Comparison]) -> str:
    header = ("collection", "variant", "mode", "against", "n", "change of nDCG@10", "95 %", "p")
    table = _table(
        (*header, "won", "lost"),
        [
            (
                *(one.collection, variant(one), one.mode, one.against, str(one.queries)),
                *(
                    change(one.difference.mean),
                    interval((one.difference.low, one.difference.high), "{:+.4f}"),
                ),
                *(p_value(one.difference.p_value), str(one.won), str(one.lost)),
            )
            for one in comparisons
        ],
    )
    return "\n".join([table, *(_changes(one) for one in comparisons if one.changes)])


def _changes(one: Comparison) -> str:
    title = f"### {_escaped(f'{one.collection} {one.mode}')} against {_escaped(one.against)}"
    rows = [_changed(changed) for changed in (*one.most_won, *one.most_lost)]
    return f"{title} ({variant(one)})\n\n" + _table(("query", "nDCG@10", "before", "after"), rows)


def _changed(changed: Change) -> tuple[str, str, str, str]:
    before, after = (
        "; ".join(f"{rank}. {ranked.title} ({ranked.id})" for rank, ranked in enumerate(top, start=1))
        for top in (changed.top_before, changed.top_after)
    )
    return f"{changed.text} ({changed.id})", f"{changed.before:.3f} → {changed.after:.3f}", before, after


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *([_escaped(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", html.escape(" ".join(text.split()), quote=False))
