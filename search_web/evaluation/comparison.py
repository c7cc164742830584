"""Compares two rankings of the same queries: the mean gain, and the queries with the largest changes."""

from collections.abc import Callable, Iterable, Iterator, Sequence

import msgspec

from indexer.errors import ReadError
from search_web.contract.answers import Mode
from search_web.evaluation.experiment import Cell
from search_web.evaluation.measures import Outcome
from search_web.evaluation.significance import Difference, paired_difference
from search_web.evaluation.spelling import Spelling

_SHOWN = 10  # queries with the largest gains, and as many with the largest losses
_SHOWN_RANKS = 5

Title = Callable[[str], str]
"""Returns the title of the article with an id, or "" if there is no such article."""


class Ranked(msgspec.Struct, frozen=True):
    """An article in a ranking."""

    id: str
    title: str


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A query, its nDCG@10 in both rankings, and the top articles of both."""

    id: str
    text: str
    before: float
    after: float
    top_before: list[Ranked]
    top_after: list[Ranked]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A cell compared with another measurement (`against`) of the same queries, in nDCG@10.

    `changes` holds every difference except zeros, largest first. `won` and `lost` count the queries with a
    gain and with a loss. `left_out` counts the queries that the other measurement lacks or has with another
    text.
    """

    collection: str
    documents: Spelling
    spelling: Spelling
    mode: Mode
    against: str
    queries: int
    left_out: int
    difference: Difference
    won: int
    lost: int
    changes: list[float]
    most_won: list[Change]
    most_lost: list[Change]


def compare(cell: Cell, before: Iterable[Outcome], against: str, title: Title) -> Comparison:
    """Compare a cell with the outcomes of another run; `against` is the name of that run.

    Raises:
        ReadError: the cell and the other run share no query.

    """
    earlier = {outcome.id: outcome for outcome in before}
    pairs = [
        (earlier[after.id], after)
        for after in cell.outcomes
        if after.id in earlier and earlier[after.id].text == after.text
    ]
    if not pairs:
        raise ReadError(f"{against}: shares no query with {cell.collection}: were they cut or spelled alike?")
    ordered = sorted(pairs, key=_gain, reverse=True)
    gains = [gain for pair in ordered if (gain := _gain(pair))]
    return Comparison(
        collection=cell.collection,
        documents=cell.documents,
        spelling=cell.spelling,
        mode=cell.measures.mode,
        against=against,
        queries=len(pairs),
        left_out=len(cell.outcomes) - len(pairs),
        difference=paired_difference([b.ndcg_at_10 for b, _ in pairs], [a.ndcg_at_10 for _, a in pairs]),
        won=sum(gain > 0 for gain in gains),
        lost=sum(gain < 0 for gain in gains),
        changes=[round(gain, 4) for gain in gains],
        most_won=[_change(pair, title) for pair in ordered[:_SHOWN] if _gain(pair) > 0],
        most_lost=[_change(pair, title) for pair in ordered[: -_SHOWN - 1 : -1] if _gain(pair) < 0],
    )


def against_parts(cells: Sequence[Cell], title: Title) -> Iterator[Comparison]:
    """Compare the hybrid cell of a variant, if there is one, with its keyword and its semantic cell."""
    modes = {cell.measures.mode: cell for cell in cells}
    if hybrid := modes.pop("hybrid", None):
        for mode, cell in modes.items():
            yield compare(hybrid, cell.outcomes, mode, title)


def _gain(pair: tuple[Outcome, Outcome]) -> float:
    before, after = pair
    return after.ndcg_at_10 - before.ndcg_at_10


def _change(pair: tuple[Outcome, Outcome], title: Title) -> Change:
    before, after = pair
    return Change(
        id=after.id,
        text=after.text,
        before=round(before.ndcg_at_10, 4),
        after=round(after.ndcg_at_10, 4),
        top_before=[Ranked(article, title(article)) for article in before.top[:_SHOWN_RANKS]],
        top_after=[Ranked(article, title(article)) for article in after.top[:_SHOWN_RANKS]],
    )
