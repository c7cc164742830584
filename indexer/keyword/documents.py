"""Turns articles into term streams. Only this module defines the fields, for articles and for queries.

Every engine has these fields:

- `words`: title, kicker, lead, body and tags in one stream. Phrase queries use its positions. A gap of
  `_FIELD_GAP` positions at each boundary between these parts prevents phrase matches across the boundary;
- `stems`: the stems of the same parts;
- `bigrams`: two neighbouring stems as one term, if neither is a function word. They help because questions
  and headlines put words that belong together next to each other;
- `title`: only the words of the title, for `title:` queries.

Engines score stems and bigrams, each by BM25F: a posting in the title has the weight `TITLE_WEIGHT`, and one
length normalisation covers title and text. (Summing a score for each field instead cost 2 to 20 points of
nDCG.) These scores only find the candidates; to rank them, `search_web.ranking.features` reads features from
the term vectors.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from indexer.articles import Article
from indexer.filters import FacetValues
from indexer.keyword.engine import Document, Posting, TermVector
from indexer.persian.analyzer import PersianAnalyzer, Streams, Term

WORDS, STEMS, BIGRAMS, TITLE = "words", "stems", "bigrams", "title"
FIELDS = (WORDS, STEMS, BIGRAMS, TITLE)
# Fields whose positions are stored for phrase queries; the other fields only add to the score.
POSITIONED = (WORDS, TITLE)
TITLE_WEIGHT = 2.0
_FIELD_GAP = 100


def document(number: int, article: Article, analyzer: PersianAnalyzer) -> Document:
    """Return the analysed article."""
    postings: dict[str, list[Posting]] = {field: [] for field in FIELDS}
    vector = TermVector()
    start = 0
    for text, weight in (
        (article.title, TITLE_WEIGHT),
        (article.kicker, 1.0),
        (article.lead, 1.0),
        (article.body, 1.0),
        ("\n".join(article.tags), 1.0),
    ):
        streams = analyzer.streams(text)
        for field, terms in _fields(streams, analyzer):
            postings[field] += (Posting(term, start + position, weight) for term, position in terms)
        if not start:
            postings[TITLE] = list(postings[WORDS])
        vector.extend(
            (stem.text, surface_form, stem.position)
            for stem, surface_form in zip(streams.stems, streams.surface_forms, strict=True)
        )
        if not start:
            vector.title = vector.width
        start += _FIELD_GAP + (streams.stems[-1].position + 1 if streams.stems else 0)
    return Document(number, postings, FacetValues.of(article), vector)


def _fields(streams: Streams, analyzer: PersianAnalyzer) -> Iterator[tuple[str, Iterable[tuple[str, int]]]]:
    yield WORDS, ((term.text, term.position) for term in streams.words)
    yield STEMS, ((term.text, term.position) for term in streams.stems)
    yield BIGRAMS, _content_bigrams(streams.stems, analyzer)


def _content_bigrams(stems: Iterable[Term], analyzer: PersianAnalyzer) -> Iterator[tuple[str, int]]:
    for left, right in neighbours(stems):
        if not (analyzer.is_stop_word(left.text) or analyzer.is_stop_word(right.text)):
            yield f"{left.text} {right.text}", left.position


def neighbours(stems: Iterable[Term]) -> Iterator[tuple[Term, Term]]:
    """Yield each pair of neighbouring stems, in all readings; never pair a stem with a compound around it."""
    readings: dict[int, list[Term]] = {}
    for stem in stems:
        readings.setdefault(stem.position, []).append(stem)
    for (position, left), (following, right) in pairwise(readings.items()):
        if following == position + 1:
            yield from ((first, second) for first in left for second in right if _are_apart(first, second))


def _are_apart(first: Term, second: Term) -> bool:
    """Return whether two terms cover different characters, or exactly the same.

    The words of «٪۵» («۵ درصد») are in the other order, and those of ﷺ are one character.
    """
    if first.end <= second.start or second.end <= first.start:
        return True
    return (first.start, first.end) == (second.start, second.end)


def documents(articles: Iterable[Article], analyzer: PersianAnalyzer) -> Iterator[Document]:
    """Yield the analysed articles, numbered in order from 0."""
    for number, article in enumerate(articles):
        yield document(number, article, analyzer)
