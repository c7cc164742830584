"""The body of `khabaryab eval`: measure, compare, save, report, print."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click
import msgspec

from indexer.errors import ReadError
from search_web.evaluation.collection import Collection
from search_web.evaluation.comparison import Comparison, Title, against_parts, compare
from search_web.evaluation.experiment import GRID, Cell, Plan, read_judged, run
from search_web.evaluation.report import write_report
from search_web.evaluation.results import Results, grids, row
from search_web.evaluation.saved import SavedRun, require_savable, save
from search_web.evaluation.tables import print_results
from search_web.evaluation.workspace import Workspace, default_folder
from search_web.search import HybridSearcher
from search_web.terminal import TerminalReport

_TITLE_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line asks for."""

    plan: Plan
    work: Path | None = None
    save: Path | None = None
    against: Path | None = None
    report: Path | None = None
    as_json: bool = False


def evaluate(collections: Sequence[Collection], options: Options) -> None:
    """Measure the collections and print what was found.

    Raises:
        KhabaryabError: what is wrong, in one line; what can be told before a query is run is told then.

    """
    judged = [read_judged(collection) for collection in collections]
    saved = SavedRun(options.against) if options.against else None
    if options.save:
        require_savable(options.save)
    cells: list[Cell] = []
    comparisons: list[Comparison] = []
    parts: list[Comparison] = []
    with TerminalReport() as report, Workspace.opened(options.work or default_folder(), report) as workspace:
        for found, searcher in run(judged, options.plan, workspace, report):
            title = _titles(searcher)
            cells += found
            parts += against_parts(found, title)
            if saved:
                comparisons += _against(saved, found, title)
    if saved and not comparisons:
        raise ReadError(f"{saved.folder}: holds none of what was measured now")
    results = Results(
        short=options.plan.short,
        rows=(rows := [row(cell) for cell in cells]),
        grids=grids(rows) if options.plan.variants == GRID else [],
        against=str(saved.folder) if saved else None,
        comparisons=comparisons,
        parts=parts,
    )
    if options.save:
        save(options.save, cells)
    if options.report:
        write_report(options.report, results, cells)
    if options.as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(results), indent=2).decode())
    else:
        print_results(results)


def _against(saved: SavedRun, cells: Sequence[Cell], title: Title) -> Iterator[Comparison]:
    for cell in cells:
        before = saved.outcomes(cell.key)
        if before is None:
            click.echo(f"not in {saved.folder}: {' '.join(cell.key)}", err=True)
        else:
            yield compare(cell, before, str(saved.folder), title)


def _titles(searcher: HybridSearcher) -> Title:
    @cache
    def title(article_id: str) -> str:
        article = searcher.article(article_id)
        return (article.title or article.lead or article.body)[:_TITLE_LIMIT] if article else ""

    return title
