"""The commands that write an index: build it, change it in place, and make its missing vectors."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.errors import UsageError
from search_web.cli.options import REJECTED, index_option, print_json, reading_options

if TYPE_CHECKING:
    from indexer.build import Report
    from indexer.changes import Changes, ReadOptions

_paths = click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
_json = click.option("--json", "as_json", is_flag=True, help="Print what changed as JSON.")
_later = click.option(
    "--semantic-later",
    is_flag=True,
    help="Do not wait for vectors; `khabaryab embed` makes them.",
)
_shrink = click.option(
    "--allow-shrink", is_flag=True, help="Go on even if less than half of the articles are left."
)


@click.command()
@_paths
@index_option
@click.option(
    "--engine",
    default="auto",
    show_default=True,
    help="Keyword engine: whoosh, tantivy, or auto, which takes tantivy from 2,000 articles on.",
)
@click.option(
    "--model",
    metavar="NAME_OR_DIR",
    help="Another model than the bundled one; needs the extra sentence-transformers.",
)
@click.option("--no-semantic", is_flag=True, help="Build no vectors; only keywords are searched.")
@_later
@click.option(
    "--changed-only",
    is_flag=True,
    help="Add, replace and remove what differs from the index that is there.",
)
@reading_options
@_shrink
def index(
    paths: tuple[Path, ...],
    index: Path,
    engine: str,
    model: str | None,
    no_semantic: bool,
    semantic_later: bool,
    changed_only: bool,
    exclude: tuple[str, ...],
    strict: bool,
    follow_links: bool,
    allow_shrink: bool,
) -> None:
    """Build the index from files and folders, replacing the one that is there.

    PATH is a .txt, .jsonl, .json, .csv or .html file, or a folder of them. The old index serves until the
    new one is complete. A build that was stopped continues where it was. Of several records with one id the
    last one counts. The file report.txt in the folder of the index lists every rejected record and every
    note.

    With --changed-only the articles that did not change cost nothing but their reading. What only a whole
    build learns (compounds of words) stays as it is.
    """
    from indexer.build import BuildOptions, build_index
    from search_web.cli.progress import TerminalReport
    from search_web.cli.terminal import print_summary

    if no_semantic and semantic_later:
        raise UsageError("--no-semantic and --semantic-later exclude each other")
    if changed_only:
        if engine != "auto" or model or no_semantic:
            raise UsageError("--changed-only keeps the engine and the encoder of the index that is there")
        return _synchronize(paths, index, exclude, strict, follow_links, allow_shrink, semantic_later)
    options = BuildOptions(
        engine=engine,
        model=model,
        semantic=not no_semantic,
        semantic_later=semantic_later,
        exclude=exclude,
        strict=strict,
        follow_links=follow_links,
        allow_shrink=allow_shrink,
    )
    with TerminalReport() as report:
        summary = build_index(paths, index, options, report)
    print_summary(summary)
    if summary.rejected:
        sys.exit(REJECTED)
    return None


def _synchronize(paths: tuple[Path, ...], index: Path, *values: object) -> None:
    from indexer.changes import ReadOptions, synchronize

    exclude, strict, follow_links, allow_shrink, semantic_later = values
    options = ReadOptions(exclude, strict, follow_links, allow_shrink, semantic_later)  # type: ignore[arg-type]
    _run(as_json=False, change=lambda report: synchronize(paths, index, options, report))


@click.command()
@_paths
@index_option
@reading_options
@_later
@_json
def add(paths: tuple[Path, ...], index: Path, as_json: bool, **reading: object) -> None:
    """Add articles to the published index. A running server shows them within two seconds.

    An article with the id of one that is there replaces it if they differ. Nothing else is built again. If
    the command is stopped, the next change of the index makes visible what it had accepted.
    """
    from indexer.changes import add_articles

    options = _read_options(reading)
    _run(as_json, lambda report: add_articles(paths, index, options, report))


@click.command()
@_paths
@index_option
@reading_options
@_later
@_json
def update(paths: tuple[Path, ...], index: Path, as_json: bool, **reading: object) -> None:
    """Replace articles of the published index by their new versions, which have the same ids.

    Articles that did not change cost nothing. One with an id that the index has not is rejected.
    """
    from indexer.changes import update_articles

    options = _read_options(reading)
    _run(as_json, lambda report: update_articles(paths, index, options, report))


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@index_option
@_json
def remove(ids: tuple[str, ...], index: Path, as_json: bool) -> None:
    """Remove the articles with these ids from the published index."""
    from indexer.changes import remove_articles

    _run(as_json, lambda report: remove_articles(ids, index, report))


def _read_options(reading: dict[str, object]) -> "ReadOptions":
    from indexer.changes import ReadOptions

    return ReadOptions(**reading)  # type: ignore[arg-type]


def _run(as_json: bool, change: "Callable[[Report], Changes]") -> None:
    from search_web.cli.progress import TerminalReport

    with TerminalReport() as report:
        changes = change(report)
    if as_json:
        print_json(changes)
    else:
        from search_web.cli.terminal import print_changes

        print_changes(changes)
    if changes.rejected:
        sys.exit(REJECTED)


@click.command()
@index_option
def embed(index: Path) -> None:
    """Make the vectors that the index has not got yet, for the newest articles first.

    An index built with `index --semantic-later` is searched by its words at once, and by meaning as far as
    its vectors go. Every few seconds a running server sees more of them. When stopped, the same command goes
    on from where it was.
    """
    from indexer.semantic.embedding import embed
    from search_web.cli.progress import TerminalReport
    from search_web.cli.terminal import print_embedded

    with TerminalReport() as report:
        embedded = embed(index, report)
    print_embedded(index, embedded)
