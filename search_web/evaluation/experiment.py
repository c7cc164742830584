"""Runs an experiment: measures every collection in every variant of spelling and in every mode."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from indexer.build import Report
from indexer.errors import ReadError
from search_web.contract.answers import Mode
from search_web.evaluation.collection import Collection
from search_web.evaluation.judged import Qrels, Query, read_qrels, read_queries
from search_web.evaluation.measures import Measures, Outcome, means, outcomes
from search_web.evaluation.runs import RECALL_DEPTH, answer_all
from search_web.evaluation.shortening import lot, shorten
from search_web.evaluation.spelling import HALF_SPACE_SPELLINGS, Spelling, rewrite
from search_web.evaluation.workspace import Workspace
from search_web.search import HybridSearcher

Key = tuple[str, Mode, Spelling, Spelling]
"""The key of a measurement: collection, mode, spelling of documents, spelling of queries."""


@dataclass(frozen=True, slots=True)
class Variant:
    """The spelling of the documents and of the queries."""

    documents: Spelling = "asis"
    queries: Spelling = "asis"


GRID: tuple[Variant, ...] = (
    *(Variant(documents, queries) for documents in HALF_SPACE_SPELLINGS for queries in HALF_SPACE_SPELLINGS),
    Variant("asis", "arabic"),
    Variant("asis", "latin-digits"),
)
"""The half-space grid (all pairs of spellings), and queries in Arabic letters and with Latin digits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run.

    `short`: cut each query to this many content words. `sample`: use at most this many queries of each
    collection. None means no limit.
    """

    modes: tuple[Mode, ...]
    variants: tuple[Variant, ...] = (Variant(),)
    short: int | None = None
    sample: int | None = None

    @property
    def semantic(self) -> bool:
        """Whether the plan needs vectors: some mode is not `keyword`."""
        return self.modes != ("keyword",)

    def keys(self, collection: str) -> list[Key]:
        """Return the keys of all measurements of a collection."""
        return [
            (collection, mode, variant.documents, variant.queries)
            for variant in self.variants
            for mode in self.modes
        ]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """The measurement of one collection in one variant and one mode."""

    collection: str
    documents: Spelling
    spelling: Spelling
    measures: Measures
    outcomes: list[Outcome]

    @property
    def key(self) -> Key:
        """The key of this measurement."""
        return self.collection, self.measures.mode, self.documents, self.spelling


@dataclass(frozen=True, slots=True)
class Judged:
    """A collection with its queries and judgements, read from the files."""

    collection: Collection
    queries: list[Query]
    qrels: Qrels


def read_judged(collection: Collection) -> Judged:
    """Read the queries and judgements of a collection; keep only the queries with a judgement.

    Raises:
        ReadError: a line is wrong, or no query is judged.

    """
    queries, qrels = read_queries(collection.queries), read_qrels(collection.qrels)
    judged = [query for query in queries if query.id in qrels]
    if not judged:
        raise ReadError(f"{collection.qrels}: judges none of the queries of {collection.queries}")
    return Judged(collection, judged, qrels)


def run(
    judged: Sequence[Judged], plan: Plan, workspace: Workspace, report: Report
) -> Iterator[tuple[list[Cell], HybridSearcher]]:
    """Yield the cells of each variant, one for each mode, with the searcher that answered them, still open.

    Raises:
        KhabaryabError: an index cannot be built or opened, or a mode needs vectors that it does not have.

    """
    for one in judged:
        for documents in dict.fromkeys(variant.documents for variant in plan.variants):
            index = workspace.index(one.collection, documents, semantic=plan.semantic)
            variants = [variant for variant in plan.variants if variant.documents == documents]
            with HybridSearcher(index) as searcher:
                for variant in variants:
                    cells = [_measured(one, variant, mode, plan, searcher, report) for mode in plan.modes]
                    yield cells, searcher


def _measured(
    judged: Judged, variant: Variant, mode: Mode, plan: Plan, searcher: HybridSearcher, report: Report
) -> Cell:
    queries = [Query(query.id, _asked(query, variant, plan)) for query in _sampled(judged.queries, plan)]
    name = f"{judged.collection.name} {variant.documents}/{variant.queries} {mode}"
    with report.stage(name, len(queries), "queries") as advance:
        answered = answer_all(searcher, queries, mode, RECALL_DEPTH, advance)
    found = outcomes(answered, judged.qrels)
    return Cell(
        collection=judged.collection.name,
        documents=variant.documents,
        spelling=variant.queries,
        measures=means(found, mode),
        outcomes=found,
    )


def _sampled(queries: Sequence[Query], plan: Plan) -> Sequence[Query]:
    """Return the queries whose ids have the smallest hashes (`lot`), in their original order.

    So the same queries are drawn in every run, and a larger sample contains a smaller one.
    """
    if plan.sample is None or plan.sample >= len(queries):
        return queries
    drawn = set(sorted(lot(query.id) for query in queries)[: plan.sample])
    return [query for query in queries if lot(query.id) in drawn]


def _asked(query: Query, variant: Variant, plan: Plan) -> str:
    # Cut before rewriting: the choice of content words must not depend on the spelling under test.
    text = shorten(query.text, plan.short, query.id) if plan.short else query.text
    return rewrite(text, variant.queries)
