"""Turns one page of a ranking into hits: fetches the articles and highlights the matched words."""

from collections.abc import Callable, Iterator

from indexer.articles import Article
from indexer.keyword.engine import inverse_frequency
from indexer.semantic.passages import running_text
from indexer.snapshot import Snapshot
from search_web.contract.answers import Hit, NearDuplicate, SearchRequest
from search_web.presentation.snippets import Highlighter
from search_web.ranking.ranked_list import Ranking
from search_web.text.capping import capped

SHOWN_NEAR_DUPLICATES = 10


def page_of_hits(
    snapshot: Snapshot, ranking: Ranking, request: SearchRequest, searched: str
) -> Iterator[Hit]:
    """Yield the hits of the requested page; `searched` is the query text whose words are highlighted."""
    highlighter = Highlighter(searched, snapshot.analyzer, _importance(snapshot))
    first = (request.page - 1) * request.size
    for place in range(first, min(first + request.size, ranking.total, len(ranking.numbers))):
        article = snapshot.archive.get(int(ranking.numbers[place]))
        shown = _near_duplicates(ranking, place)[:SHOWN_NEAR_DUPLICATES]
        near_duplicates = [snapshot.archive.get(number) for number in shown]
        passage = _passage(snapshot, ranking, place)
        yield _hit(article, place, ranking, highlighter, passage, near_duplicates, request.explain)


def _hit(
    article: Article,
    place: int,
    ranking: Ranking,
    highlighter: Highlighter,
    passage: tuple[int, int],
    near_duplicates: list[Article],
    explain: bool,
) -> Hit:
    title = capped(article.title)
    return Hit(
        rank=place + 1,
        id=article.id,
        title=title,
        title_html=highlighter.title(title),
        kicker=capped(article.kicker),
        snippet=highlighter.snippet(running_text(article), passage),
        score=round(float(ranking.scores[place]), 6),
        source=capped(article.source),
        category=capped(article.category),
        published=_iso(article),
        url=article.url,
        explain=ranking.explanation(place) if explain else None,
        similar=[
            NearDuplicate(
                id=other.id, title=capped(other.title), source=capped(other.source), published=_iso(other)
            )
            for other in near_duplicates
        ],
        similar_total=len(_near_duplicates(ranking, place)),
    )


def _near_duplicates(ranking: Ranking, place: int) -> tuple[int, ...]:
    return ranking.near_duplicates.get(int(ranking.numbers[place]), ())


def _iso(article: Article) -> str | None:
    return article.published.isoformat() if article.published else None


def _passage(snapshot: Snapshot, ranking: Ranking, place: int) -> tuple[int, int]:
    row = ranking.passages.get(int(ranking.numbers[place]))
    return (0, 0) if row is None or snapshot.vectors is None else snapshot.vectors.span(row)


def _importance(snapshot: Snapshot) -> Callable[[str], float]:
    """Return a function that gives the idf (that of BM25) of a folded word."""
    articles = snapshot.manifest.articles

    def idf(word: str) -> float:
        found = snapshot.keyword.frequency("words", word)
        return inverse_frequency(articles, found)

    return idf
