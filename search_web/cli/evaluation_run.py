"""Runs `khabaryab eval`: measures, compares, saves, writes the report, and prints the results."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import click

from search_web.cli.evaluation_tables import print_results
from search_web.cli.options import one_line, print_json
from search_web.cli.progress import TerminalReport
from search_web.evaluation.collection import Collection
from search_web.evaluation.comparison import Comparison, Title, against_parts, compare
from search_web.evaluation.experiment import GRID, Cell, Key, Plan, read_judged, run
from search_web.evaluation.measures import Outcome
from search_web.evaluation.report import write_report
from search_web.evaluation.results import Results, grids, row
from search_web.evaluation.saved import load, require_savable, save
from search_web.evaluation.workspace import Workspace, default_folder
from search_web.search import HybridSearcher

_TITLE_LIMIT = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The options of the command line; None means that the option was not given."""

    plan: Plan
    work: Path | None = None
    save: Path | None = None
    against: Path | None = None
    report: Path | None = None
    as_json: bool = False


def evaluate(collections: Sequence[Collection], options: Options) -> None:
    """Measure the collections and print the results.

    Raises:
        KhabaryabError: the message says in one line what is wrong. Problems with the input files, and with
            the folders of saved runs, are reported before the first query runs.

    """
    judged = [read_judged(collection) for collection in collections]
    saved = _load(options.against, collections, options.plan) if options.against else {}
    if options.save:
        require_savable(options.save)
    cells: list[Cell] = []
    comparisons: list[Comparison] = []
    parts: list[Comparison] = []
    with TerminalReport() as report, Workspace(options.work or default_folder(), report) as workspace:
        for found, searcher in run(judged, options.plan, workspace, report):
            title = _titles(searcher)
            cells += found
            parts += against_parts(found, title)
            comparisons += [
                compare(cell, saved[cell.key], str(options.against), title)
                for cell in found
                if cell.key in saved
            ]
    results = Results(
        short=options.plan.short,
        rows=(rows := [row(cell) for cell in cells]),
        grids=grids(rows) if options.plan.variants == GRID else [],
        against=str(options.against) if options.against else None,
        comparisons=comparisons,
        parts=parts,
    )
    if options.save:
        save(options.save, cells)
    if options.report:
        write_report(options.report, results, cells)
    if options.as_json:
        print_json(results)
    else:
        print_results(results)


def _load(folder: Path, collections: Sequence[Collection], plan: Plan) -> dict[Key, list[Outcome]]:
    wanted = [key for collection in collections for key in plan.keys(collection.name)]
    saved = load(folder, wanted)
    for key in wanted:
        if key not in saved:
            click.echo(one_line(f"not in {folder}: {' '.join(key)}"), err=True)
    return saved


def _titles(searcher: HybridSearcher) -> Title:
    @cache
    def title(article_id: str) -> str:
        article = searcher.article(article_id)
        return (article.title or article.lead or article.body)[:_TITLE_LIMIT] if article else ""

    return title
