"""The command `khabaryab eval`. Imports `search_web.evaluation`, which does the work, only when it runs."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.errors import UsageError
from search_web.cli.options import MODES, index_option, print_json

if TYPE_CHECKING:
    from search_web.cli.evaluation_run import Options
    from search_web.contract.answers import Mode
    from search_web.evaluation.collection import Collection

# Options that need the full evaluation; without them the command prints only the means of one mode.
_FULL = ("grid", "short", "sample", "save", "against", "report")
SPELLINGS = ("asis", "joined", "spaced", "arabic", "latin-digits")


@click.command("eval")
@click.argument(
    "queries",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="QUERIES.jsonl",
)
@click.argument(
    "qrels",
    required=False,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="QRELS.tsv",
)
@index_option
@click.option(
    "--collections",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE.toml",
    help="Measure on the collections of this file, in place of QUERIES and QRELS.",
)
@click.option(
    "--mode",
    "modes",
    multiple=True,
    type=click.Choice(MODES),
    help="Which search answers; may be repeated.  [default: hybrid; with --collections, all three]",
)
@click.option(
    "--spelling", type=click.Choice(SPELLINGS), default="asis", show_default=True, help="Rewrite queries."
)
@click.option(
    "--document-spelling",
    type=click.Choice(SPELLINGS),
    default="asis",
    show_default=True,
    help="Rewrite articles before they are indexed.",
)
@click.option(
    "--grid",
    is_flag=True,
    help="Measure documents and queries as is, joined and spaced, and Arabic letters and Latin digits.",
)
@click.option(
    "--short", type=click.IntRange(1), metavar="N", help="Cut queries to N content words, always the same."
)
@click.option(
    "--sample", type=click.IntRange(1), metavar="N", help="Ask N queries of each collection, always the same."
)
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="RUNDIR",
    help="Save what each query got.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    metavar="RUNDIR",
    help="Compare with a saved run.",
)
@click.option(
    "--report",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write report.md and report.html.",
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Where indexes of collections are built and used again (default: evaluation/ in the cache).",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def evaluate(
    queries: Path | None, qrels: Path | None, index: Path, collections: Path | None, **given: Any
) -> None:
    """Measure the ranking on judged queries: nDCG@10, MRR@10, Recall@100, latency.

    With QUERIES and QRELS it measures the existing index. With --collections it builds an index for each
    collection, and uses it again while its articles and the program have not changed.
    """
    if queries and qrels and not collections:
        if len(given["modes"]) <= 1 and not _asks_for_more(given):
            mode = next(iter(given["modes"]), "hybrid")
            return _measure(queries, qrels, index, mode, given["as_json"])
        default, found = MODES[:1], [_collection(queries, qrels, index)]
    elif collections and not queries:
        from search_web.evaluation.collection import read_collections

        default, found = MODES, read_collections(collections)
    else:
        raise UsageError("name QUERIES.jsonl and QRELS.tsv, or --collections FILE.toml")
    from search_web.cli.evaluation_run import evaluate as run

    return run(found, _options(default, **given))


def _asks_for_more(given: dict[str, Any]) -> bool:
    spellings = {given["spelling"], given["document_spelling"]}
    return spellings != {"asis"} or any(given[name] for name in _FULL)


def _measure(queries: Path, qrels: Path, index: Path, mode: Any, as_json: bool) -> None:
    """Measure one mode of one index, and print only the means."""
    from search_web.evaluation import RECALL_DEPTH, answer_all, measure, read_qrels, read_queries
    from search_web.search import HybridSearcher

    read, judgements = read_queries(queries), read_qrels(qrels)
    with HybridSearcher(index) as searcher:
        answered = answer_all(searcher, read, mode, RECALL_DEPTH)
    measured = measure(answered, judgements, mode)
    if as_json:
        return print_json(measured)
    from search_web.cli.terminal import print_measures

    return print_measures(measured)


def _collection(queries: Path, qrels: Path, index: Path) -> "Collection":
    from search_web.evaluation.collection import Collection

    return Collection(name=queries.stem, queries=queries, qrels=qrels, index=index)


def _options(
    default_modes: "Sequence[Mode]",
    modes: tuple[Any, ...],
    spelling: Any,
    document_spelling: Any,
    grid: bool,
    short: int | None,
    sample: int | None,
    **given: Any,
) -> "Options":
    from search_web.cli.evaluation_run import Options
    from search_web.evaluation.experiment import GRID, Plan, Variant

    if grid and (spelling, document_spelling) != ("asis", "asis"):
        raise UsageError("--grid chooses the spellings itself: leave out --spelling and --document-spelling")
    variants = GRID if grid else (Variant(document_spelling, spelling),)
    # Each mode once and in a fixed order, so that a repeated or reordered --mode changes nothing.
    wanted = tuple(mode for mode in MODES if mode in (modes or default_modes))
    return Options(plan=Plan(wanted, variants, short, sample), **given)
