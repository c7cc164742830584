"""The command line. The commands import heavy modules only when they run, so that `--help` is instant."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from indexer.errors import KhabaryabError, UsageError
from search_web.cli.evaluation import evaluate
from search_web.cli.indexing import add, embed, index, remove, update
from search_web.cli.options import REJECTED, index_option, mode_option, one_line, print_json

if TYPE_CHECKING:
    from flask import Flask

USAGE, FAILED, BROKEN, INTERRUPTED = 2, 3, 70, 130
"""Exit codes. `BROKEN` is EX_SOFTWARE of sysexits.h: an error in the program."""

_EPILOG = f"""\b
Exit codes:
  0    done
  {REJECTED}    done, but some records were rejected
  {USAGE}    wrong arguments or options
  {FAILED}    failed
  {BROKEN}   failed by an error in the program
  {INTERRUPTED}  stopped by Ctrl-C
"""


class _Commands(click.Group):
    """A group that turns errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the chosen command; print an error as one line and exit with its code."""
        try:
            return super().invoke(ctx)
        except UsageError as error:
            _fail(str(error), USAGE)
        except KhabaryabError as error:
            _fail(str(error), FAILED)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # the reader of our output closed the pipe
            _fail(f"{error.filename}: {error.strerror}" if error.filename else str(error), FAILED)
        except KeyboardInterrupt as stopped:
            _fail(str(stopped) or _STOPPED.get(ctx.invoked_subcommand or "", "stopped"), INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # an error in the program
            _fail(_broken(error), BROKEN)


_STOPPED = {
    "index": "stopped; the index that was there is unchanged, the same command goes on from where it was",
    "embed": "stopped; the vectors made so far are searched, the same command goes on from where it was",
}


def _broken(error: Exception) -> str:
    """Write the traceback of an error in the program to a new file; return the line that names it."""
    import tempfile
    import traceback

    what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="khabaryab-", suffix=".log", encoding="utf-8", errors="backslashreplace", delete=False
        ) as log:
            traceback.print_exception(error, file=log)
    except OSError:
        traceback.print_exception(error)
        return f"the program has an error: {what}; please report it with the lines above"
    return f"the program has an error: {what}; please report it with the file {log.name}"


def _fail(message: str, code: int) -> None:
    click.echo(f"khabaryab: {one_line(message)}", err=True)
    sys.exit(code)


@click.group(
    cls=_Commands,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="khabaryab")
def main() -> None:
    """Khabaryab (خبریاب): a search engine for Persian news."""


for command in (index, add, update, remove, embed):
    main.add_command(command)


@main.command()
@click.argument("query")
@index_option
@mode_option
@click.option("--size", default="10", show_default=True, help="Results on a page, at most 100.")
@click.option("--page", default="1", show_default=True, help="Which page of results.")
@click.option(
    "--from", "date_from", default="", metavar="DATE", help="Not before this day, Gregorian or Jalali."
)
@click.option("--to", "date_to", default="", metavar="DATE", help="Not after this day.")
@click.option("--source", default="", metavar="S", help="Only this source.")
@click.option("--category", default="", metavar="C", help="Only this category.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest"]),
    default="relevance",
    show_default=True,
    help="Order of results.",
)
@click.option(
    "--fusion",
    default="",
    metavar="F",
    help="How both searches are combined: learned (the default), zscore or rrf.",
)
@click.option(
    "--semantic-weight",
    default="",
    metavar="W",
    help="Share of the semantic search, 0 to 1, in a fixed mixture (zscore, or rrf).",
)
@click.option(
    "--recency-half-life",
    default="",
    metavar="TIME",
    help="Let newer articles come first: a time such as 30d, 4w or 12h.",
)
@click.option("--no-collapse", is_flag=True, help="Show every copy of a story as a result of its own.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the JSON API gives it.")
@click.option("--explain", is_flag=True, help="Show rank and score of both searches for each result.")
def search(index: Path, as_json: bool, explain: bool, no_collapse: bool, query: str, **given: str) -> None:
    """Search the index for QUERY: words, "a phrase", «a phrase», -word, title:word or عنوان:word.

    -word excludes a word in all its forms, -"a phrase" just these words in a row. An empty QUERY lists the
    newest articles. Put -- in front of a QUERY that begins with a hyphen.
    """
    from search_web.contract.parameters import read_request
    from search_web.search import HybridSearcher

    switches = {"explain": "1" if explain else "", "collapse": "0" if no_collapse else ""}
    request = read_request(_parameters(q=query, **switches, **given))
    with HybridSearcher(index) as searcher:
        answer = searcher.search(request)
    if as_json:
        return print_json(answer)
    from search_web.cli.terminal import print_answer

    return print_answer(answer)


@main.command()
@click.argument("text")
@index_option
@click.option("--size", default="8", show_default=True, help="Completions, at most 20.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the JSON API gives it.")
def suggest(text: str, index: Path, size: str, as_json: bool) -> None:
    """Complete TEXT: its last word, or a frequent phrase of titles that continues it."""
    from search_web.contract.parameters import read_completion
    from search_web.search import HybridSearcher

    typed, number = read_completion(_parameters(q=text, size=size))
    with HybridSearcher(index) as searcher:
        answer = searcher.complete(typed, number)
    if as_json:
        return print_json(answer)
    from search_web.cli.terminal import print_completions

    return print_completions(answer)


def _parameters(**given: str) -> dict[str, str]:
    renamed = {"date_from": "from", "date_to": "to"}
    for name, value in given.items():
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise UsageError(f"{renamed.get(name, name)} is not valid UTF-8")
    return {renamed.get(name, name): value for name, value in given.items()}


@main.command()
@click.argument("article", metavar="ID")
@index_option
@click.option("--size", default="5", show_default=True, help="How many, at most 100.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as the JSON API gives it.")
def similar(index: Path, as_json: bool, article: str, size: str) -> None:
    """List the articles that are similar to the one with the id ID, without its copies."""
    from search_web.contract.parameters import read_size
    from search_web.search import HybridSearcher

    wanted = read_size(_parameters(size=size), default=5)
    with HybridSearcher(index) as searcher:
        answer = searcher.similar(_parameters(ID=article)["ID"], wanted)
    if answer is None:
        raise UsageError(f"{index}: no article has the id {article!r}")
    if as_json:
        return print_json(answer)
    from search_web.cli.terminal import print_similar

    return print_similar(answer)


@main.command()
@click.argument(
    "queries", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="QUERIES.jsonl"
)
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="RUN.trec",
    help="Where to write the run.",
)
@index_option
@mode_option
@click.option(
    "--depth", type=click.IntRange(1, 1000), default=100, show_default=True, help="Articles a query."
)
def run(queries: Path, output: Path, index: Path, mode: Any, depth: int) -> None:
    """Answer every query of a file and write a TREC run: qid Q0 id rank score tag."""
    from search_web.evaluation import answer_all, read_queries, write_run
    from search_web.search import HybridSearcher

    if not output.parent.is_dir():
        raise UsageError(f"{output.parent}: there is no such folder to write the run to")
    read = read_queries(queries)
    with HybridSearcher(index) as searcher:
        answered = answer_all(searcher, read, mode, depth)
    write_run(output, answered, mode)


main.add_command(evaluate)


@main.command()
@index_option
@click.option("--host", default="127.0.0.1", show_default=True, metavar="H", help="Address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    metavar="P",
    help="Port; 0 takes a free one.",
)
@click.option(
    "--workers",
    type=int,
    default=None,
    metavar="N",
    help="Processes that answer (default: the cores that the program may use).",
)
def serve(index: Path, host: str, port: int, workers: int | None) -> None:
    """Serve the web page and the JSON API until Ctrl-C or SIGTERM.

    Several processes answer at one address, one for each core. When a new generation of the index is
    published, all use it within two seconds. If it cannot be opened, the old one serves, and the new one is
    tried again. Problems are logged on standard error, one line each.
    """
    import logging

    from indexer.persian.analyzer import persian_analyzer
    from search_web.search import HybridSearcher
    from search_web.web.app import create_app
    from search_web.web.following import following
    from search_web.web.workers import serve

    @contextmanager
    def site(worker: int | None) -> Iterator["Flask"]:
        who = f"worker {worker}: " if worker else ""
        logging.basicConfig(format=f"%(asctime)s {who}%(message)s", level=logging.WARNING, force=True)
        with HybridSearcher(index) as searcher:
            searcher.warm_up()
            with following(searcher) if worker else nullcontext():
                yield create_app(searcher)

    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    logging.getLogger("khabaryab").setLevel(logging.INFO)
    persian_analyzer()  # here, so that the workers share its words in memory
    serve(site, host, port, _cores() if workers is None else workers)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # only Linux knows which cores a process may use
        return os.cpu_count() or 1


@main.command()
@index_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(index: Path, as_json: bool) -> None:
    """Show what the published index holds and how it was made."""
    from indexer.snapshot import Snapshot
    from search_web.presentation.status import describe

    with closing(Snapshot.open(index)) as snapshot:
        described = describe(index, snapshot)
    if as_json:
        return print_json(described)
    from search_web.cli.terminal import print_status

    return print_status(described)


@main.command()
@index_option
def verify(index: Path) -> None:
    """Check every file and every article of the published index against its manifest."""
    from indexer.snapshot import Snapshot

    with closing(Snapshot.open(index)) as snapshot:
        snapshot.verify()
        manifest, articles = snapshot.manifest, len(snapshot.keyword)
    click.echo(
        f"{one_line(str(index))}: generation {manifest.generation:06d} is sound: "
        f"{articles} articles, {len(manifest.files)} files"
    )
