"""Turns one page of a ranking into hits: fetches the articles and highlights the matched words."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from indexer.articles import Article
from indexer.columns import ArticleTokens
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
        tokens = snapshot.terms.tokens(int(ranking.numbers[place]))
        yield Hit(
            rank=place + 1,
            id=article.id,
            title=capped(article.title),
            title_html=_title(article, tokens, highlighter),
            kicker=capped(article.kicker),
            snippet=_snippet(article, tokens, highlighter, _passage(snapshot, ranking, place)),
            score=round(float(ranking.scores[place]), 6),
            source=capped(article.source),
            category=capped(article.category),
            published=_iso(article),
            url=article.url,
            explain=ranking.explanation(place) if request.explain else None,
            similar=[
                NearDuplicate(
                    id=other.id,
                    title=capped(other.title),
                    source=capped(other.source),
                    published=_iso(other),
                )
                for other in near_duplicates
            ],
            similar_total=len(_near_duplicates(ranking, place)),
        )


def _title(article: Article, tokens: ArticleTokens, highlighter: Highlighter) -> str:
    shown = capped(article.title)
    # Tokens of what was cut off are left out; the last character of a capped title is the ellipsis.
    end = len(shown) if shown == article.title else len(shown) - 1
    return highlighter.title(shown, tokens.within(0, end))


def _snippet(
    article: Article, tokens: ArticleTokens, highlighter: Highlighter, passage: tuple[int, int]
) -> str:
    text = running_text(article)
    # In `indexed_text(article)` the title and the kicker come before it, a line each.
    start = sum(len(part) + 1 for part in (article.title, article.kicker) if part)
    shown = tokens.within(start, start + len(text))
    if article.lead:  # one position is unused between lead and body
        shown = replace(shown, positions=shown.positions - (shown.starts > len(article.lead)))
    return highlighter.snippet(text, shown, passage)


def _near_duplicates(ranking: Ranking, place: int) -> tuple[int, ...]:
    return ranking.near_duplicates.get(int(ranking.numbers[place]), ())


def _iso(article: Article) -> str | None:
    return article.published.isoformat() if article.published else None


def _passage(snapshot: Snapshot, ranking: Ranking, place: int) -> tuple[int, int]:
    row = ranking.passages.get(int(ranking.numbers[place]))
    return (0, 0) if row is None or snapshot.vectors is None else snapshot.vectors.span(row)


def _importance(snapshot: Snapshot) -> Callable[[str], float]:
    """Return a function that gives the idf (that of BM25) of a folded word."""
    articles = len(snapshot.keyword)

    def idf(word: str) -> float:
        found = snapshot.keyword.frequency("words", word)
        return inverse_frequency(articles, found)

    return idf
