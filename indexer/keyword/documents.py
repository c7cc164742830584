"""Turns articles into documents: what the keyword engines index and the term vectors store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from indexer.articles import Article
from indexer.filters import FacetValues
from indexer.keyword.engine import Document
from indexer.persian.analyzer import PersianAnalyzer, Streams, Term

_BETWEEN = "\n"


def indexed_text(article: Article) -> str:
    """Return the text that the offsets of a document's tokens refer to.

    These are title, kicker, lead, body and tags, without those that are empty, a line each.
    """
    return _BETWEEN.join(_parts(article))


def _parts(article: Article) -> list[str]:
    tags = _BETWEEN.join(article.tags)
    return [part for part in (article.title, article.kicker, article.lead, article.body, tags) if part]


def document(number: int, article: Article, analyzer: PersianAnalyzer) -> Document:
    """Return the analysed article."""
    tokens, bigrams = _Tokens(), list[str]()
    title_tokens = title_width = title_bigrams = 0
    offset = 0
    for part in _parts(article):
        streams = analyzer.streams(part)
        tokens.extend(streams, offset)
        bigrams += _content_bigrams(streams.stems, analyzer)
        if article.title and not offset:
            title_tokens, title_width, title_bigrams = len(tokens.words), tokens.width, len(bigrams)
        offset += len(part) + len(_BETWEEN)
    return Document(
        number,
        FacetValues.of(article),
        tokens.words,
        tokens.stems,
        tokens.surface_forms,
        tokens.positions,
        tokens.starts,
        tokens.ends,
        title_tokens,
        title_width,
        tokens.width,
        bigrams,
        title_bigrams,
    )


@dataclass(slots=True)
class _Tokens:
    """The tokens of an article so far, and the number of their positions."""

    words: list[str] = field(default_factory=list)
    stems: list[str] = field(default_factory=list)
    surface_forms: list[str] = field(default_factory=list)
    positions: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    width: int = 0

    def extend(self, streams: Streams, offset: int) -> None:
        """Append the tokens of the next part, which begins at this character."""
        first = self.width + 1 if self.positions else 0
        self.words += [word.text for word in streams.words]
        self.stems += [stem.text for stem in streams.stems]
        self.surface_forms += streams.surface_forms
        self.positions += [first + word.position for word in streams.words]
        self.starts += [offset + word.start for word in streams.words]
        self.ends += [offset + word.end for word in streams.words]
        self.width = max(self.width, *(first + word.position + 1 for word in streams.words), 0)


def _content_bigrams(stems: Iterable[Term], analyzer: PersianAnalyzer) -> Iterator[str]:
    for left, right in neighbours(stems):
        if not (analyzer.is_stop_word(left.text) or analyzer.is_stop_word(right.text)):
            yield f"{left.text} {right.text}"


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
