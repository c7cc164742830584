"""Measure how far keyword search is above plain words on short queries, over several draws of words.

    python -m benchmarks.relevance.draws COLLECTIONS.toml --work DIR [--draws 6] [--sample 3000] > table.md

Three words of a question may say much or little: on 2,000 queries, nDCG@10 of one draw differs from that of
the next by .005. So this program cuts each query several times, the first time as `khabaryab eval --short 3`
does. It needs no vectors.
"""

import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import click
import ir_measures
from ir_measures import nDCG

from benchmarks.relevance.analyzers import ANALYZERS
from benchmarks.relevance.asked import SHORT, Setting, opened
from benchmarks.relevance.readings import Indexed, Reading, ours, reference
from indexer.filters import Filters
from indexer.keyword.engine import Candidates
from search_web.cli.progress import TerminalReport
from search_web.contract.answers import DEPTH_LIMIT
from search_web.evaluation import Query
from search_web.evaluation.collection import read_collections
from search_web.evaluation.shortening import shorten
from search_web.evaluation.workspace import Workspace
from search_web.ranking.features import extract_features, lexical
from search_web.ranking.fusion import Scores
from search_web.ranking.weighted_query import WeightedQuery
from search_web.ranking.weights import ranking_weights
from search_web.understanding.query import ParsedQuery

# How a row scores the candidates of a query.
Score = Callable[[ParsedQuery, Candidates, Indexed], Scores]


@click.command()
@click.argument("collections", type=click.Path(exists=True, path_type=Path))
@click.option("--work", type=click.Path(path_type=Path), required=True)
@click.option("--draws", default=6, show_default=True)
@click.option("--sample", default=3000, show_default=True)
def main(collections: Path, work: Path, draws: int, sample: int) -> None:
    """Print a line for each collection and draw, and the mean of the draws."""
    with ExitStack() as stack:
        report = stack.enter_context(TerminalReport())
        space = stack.enter_context(Workspace(work, report))
        print("| collection | draw | plain words | Khabaryab | above |", "| --- " * 5 + "|", sep="\n")
        for each in read_collections(collections):
            setting = stack.enter_context(opened(each, space.index(each, "asis", semantic=False), sample))
            plain = _measured(setting, reference("plain", ANALYZERS["plain"]), _engine_scores, draws)
            own = _measured(setting, ours(setting.snapshot), _keyword_scores, draws)
            for draw, (theirs, we) in enumerate(zip(plain, own, strict=True)):
                print(_line(setting.name, str(draw), theirs, we))
            print(_line(setting.name, "mean", sum(plain) / draws, sum(own) / draws), flush=True)


def _line(collection: str, draw: str, plain: float, own: float) -> str:
    return f"| {collection} | {draw} | {plain:.4f} | {own:.4f} | {own - plain:+.4f} |"


def _engine_scores(_parsed: ParsedQuery, found: Candidates, _index: Indexed) -> Scores:
    return found.scores


def _keyword_scores(parsed: ParsedQuery, found: Candidates, index: Indexed) -> Scores:
    weighted = WeightedQuery.of(parsed.words, parsed.bigrams, index.keyword)
    return lexical(extract_features(weighted, index.terms, found.numbers), ranking_weights().lexical)


def _measured(setting: Setting, reading: Reading, score: Score, draws: int) -> Sequence[float]:
    """Return nDCG@10 of each draw."""
    qrels = {query.id: setting.qrels[query.id] for query in setting.queries}
    measured: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        index = reading.index(setting.snapshot.archive.articles(), Path(folder))
        for draw in range(draws):
            run: dict[str, dict[str, float]] = {}
            for query in setting.queries:
                parsed = reading.query(_cut(query, draw))
                found = index.keyword.search(parsed.keyword, Filters(), DEPTH_LIMIT)
                scores = score(parsed, found, index).tolist()
                run[query.id] = dict(
                    zip((setting.ids[number] for number in found.numbers), scores, strict=True)
                )
            measured.append(ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10])
    return measured


def _cut(query: Query, draw: int) -> str:
    return shorten(query.text, SHORT, f"{query.id}\n{draw}" if draw else query.id)


if __name__ == "__main__":
    main()
