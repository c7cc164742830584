"""What is measured: every collection, in every variant of spelling, in every mode."""

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
"""What is measured: collection, mode, spelling of documents, spelling of queries."""


@dataclass(frozen=True, slots=True)
class Variant:
    """In which spelling documents and queries are."""

    documents: Spelling = "asis"
    queries: Spelling = "asis"


GRID: tuple[Variant, ...] = (
    *(Variant(documents, queries) for documents in HALF_SPACE_SPELLINGS for queries in HALF_SPACE_SPELLINGS),
    Variant("asis", "arabic"),
    Variant("asis", "latin-digits"),
)
"""The half-space grid, and queries in Arabic letters and Latin digits."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. `short`: content words that queries are cut to; `sample`: queries of a collection."""

    modes: tuple[Mode, ...]
    variants: tuple[Variant, ...] = (Variant(),)
    short: int | None = None
    sample: int | None = None

    @property
    def semantic(self) -> bool:
        """Whether vectors are needed."""
        return self.modes != ("keyword",)

    def keys(self, collection: str) -> list[Key]:
        """Return what is measured of a collection."""
        return [
            (collection, mode, variant.documents, variant.queries)
            for variant in self.variants
            for mode in self.modes
        ]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One collection measured in one variant and mode."""

    collection: str
    documents: Spelling
    spelling: Spelling
    measures: Measures
    outcomes: list[Outcome]

    @property
    def key(self) -> Key:
        """What it is a measurement of."""
        return self.collection, self.measures.mode, self.documents, self.spelling


@dataclass(frozen=True, slots=True)
class Judged:
    """A collection whose queries and judgements have been read."""

    collection: Collection
    queries: list[Query]
    qrels: Qrels


def read_judged(collection: Collection) -> Judged:
    """Read queries and judgements.

    Raises:
        ReadError: a line of them is wrong, or no query is judged.

    """
    queries, qrels = read_queries(collection.queries), read_qrels(collection.qrels)
    judged = [query for query in queries if query.id in qrels]
    if not judged:
        raise ReadError(f"{collection.qrels}: judges none of the queries of {collection.queries}")
    return Judged(collection, judged, qrels)


def run(
    judged: Sequence[Judged], plan: Plan, workspace: Workspace, report: Report
) -> Iterator[tuple[list[Cell], HybridSearcher]]:
    """Yield the cells of a variant, one a mode, with the searcher that answered them, still open.

    Raises:
        KhabaryabError: an index cannot be built or opened, or has no vectors and a mode needs them.

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
    """Return the queries whose ids draw the smallest lots, in their order; a larger sample holds them too."""
    if plan.sample is None or plan.sample >= len(queries):
        return queries
    drawn = set(sorted(lot(query.id) for query in queries)[: plan.sample])
    return [query for query in queries if lot(query.id) in drawn]


def _asked(query: Query, variant: Variant, plan: Plan) -> str:
    # Cut first: which words are content words must not depend on the spelling that is tried.
    text = shorten(query.text, plan.short, query.id) if plan.short else query.text
    return rewrite(text, variant.queries)
