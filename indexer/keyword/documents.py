"""Articles and queries as token streams: the one place that says which field holds what.

Fields of every engine:

- `words`: title, kicker, lead, body and tags in one stream; its positions are for phrases, and a gap of them
  at each border keeps phrases from running across it;
- `stems`: the same with stems;
- `pairs`: two stems that stand side by side, as one term, but for function words: questions and headlines put
  together what belongs together;
- `title`: the title's words alone, for `title:`.

Stems and pairs are scored, each by BM25F: a posting in the title weighs `TITLE_WEIGHT`, and there is one
length normalisation over title and text (a score summed per field cost 2 to 20 points of nDCG). That finds
the candidates; `search_web.evidence` ranks them, by what the term vectors tell.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from indexer.articles import Article
from indexer.filters import Facets
from indexer.keyword.engine import Document, Phrase, Posting, Term, TermVector
from indexer.persian.analyzer import PersianAnalyzer, Streams
from indexer.persian.analyzer import Term as Token

WORDS, STEMS, PAIRS, TITLE = "words", "stems", "pairs", "title"
FIELDS = (WORDS, STEMS, PAIRS, TITLE)
# Fields whose positions are asked for; the others only score.
POSITIONED = (WORDS, TITLE)
TITLE_WEIGHT = 2.0
_BORDER = 100
# What the BM25 score of each field counts in finding candidates.
STREAM_WEIGHTS: dict[str, float] = {STEMS: 1.0, PAIRS: 0.2}
# The other reading of an ambiguous spelling, and the one word that two neighbours make, count half.
ALTERNATIVE = 0.5


def document(number: int, article: Article, analyzer: PersianAnalyzer) -> Document:
    """Analyze an article."""
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
            (stem.text, written, stem.position)
            for stem, written in zip(streams.stems, streams.written, strict=True)
        )
        if not start:
            vector.title = vector.width
        start += _BORDER + (streams.stems[-1].position + 1 if streams.stems else 0)
    return Document(number, postings, Facets.of(article), vector)


def _fields(streams: Streams, analyzer: PersianAnalyzer) -> Iterator[tuple[str, Iterable[tuple[str, int]]]]:
    yield WORDS, ((term.text, term.position) for term in streams.words)
    yield STEMS, ((term.text, term.position) for term in streams.stems)
    yield PAIRS, _content_pairs(streams.stems, analyzer)


def _content_pairs(stems: Iterable[Token], analyzer: PersianAnalyzer) -> Iterator[tuple[str, int]]:
    for left, right in _neighbours(stems):
        if not (analyzer.is_stop_word(left.text) or analyzer.is_stop_word(right.text)):
            yield f"{left.text} {right.text}", left.position


def _neighbours(stems: Iterable[Token]) -> Iterator[tuple[Token, Token]]:
    """Yield each two neighbouring stems in all readings, but none with the whole that it is part of."""
    readings: dict[int, list[Token]] = {}
    for stem in stems:
        readings.setdefault(stem.position, []).append(stem)
    for (position, left), (following, right) in pairwise(readings.items()):
        if following == position + 1:
            yield from ((first, second) for first in left for second in right if first.end <= second.start)


def documents(articles: Iterable[Article], analyzer: PersianAnalyzer) -> Iterator[Document]:
    """Analyze articles, numbered in order."""
    for number, article in enumerate(articles):
        yield document(number, article, analyzer)


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word that is asked for: as it is written, and its stems, the likeliest reading first.

    `compounds` are the stems of what it makes with a neighbour if both are written as one.
    """

    written: str
    stems: tuple[str, ...]
    compounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryPair:
    """Two neighbouring stems of a query; `indexed` tells that the field `pairs` has such pairs.

    `compounds` are the stems of what they make if written as one.
    """

    left: str
    right: str
    indexed: bool = True
    compounds: tuple[str, ...] = ()

    @property
    def term(self) -> str:
        """The term of the field `pairs`."""
        return f"{self.left} {self.right}"


def query_words(text: str, analyzer: PersianAnalyzer) -> tuple[QueryWord, ...]:
    """Return the words of a query, each once; stop words only when nothing else is there."""
    streams = analyzer.streams(text)
    written: dict[int, str] = {}
    for word, form in zip(streams.words, streams.written, strict=True):
        if not _is_joined(word, streams.words):
            written.setdefault(word.position, form)
    once: dict[str, Token] = {}
    for token in analyzer.content_words(text):
        once.setdefault(token.text, token)
    tokens = sorted(once.values(), key=lambda token: _is_joined(token, streams.words))
    heads: dict[int, Token] = {}
    for token in tokens:
        heads.setdefault(token.position, token)
    readings = {
        position: [token for token in tokens if token == head or _covers(token, head)]
        for position, head in sorted(heads.items())
    }
    return tuple(
        QueryWord(
            written.get(position, heads[position].text),
            _stems((token for token in found if not _is_wider(token, heads[position])), analyzer),
            _stems((token for token in found if _is_wider(token, heads[position])), analyzer),
        )
        for position, found in readings.items()
    )


def _stems(tokens: Iterable[Token], analyzer: PersianAnalyzer) -> tuple[str, ...]:
    return tuple(dict.fromkeys(analyzer.stem(token.text) for token in tokens))


def _is_wider(token: Token, head: Token) -> bool:
    """Tell whether a reading of a word covers its neighbour too."""
    return (token.start, token.end) != (head.start, head.end)


def _covers(token: Token, head: Token) -> bool:
    """Tell whether a token is another reading of a word: of it alone, or of it and its neighbour."""
    return token.position <= head.position + 1 and token.start <= head.start and head.end <= token.end


def query_pairs(text: str, analyzer: PersianAnalyzer) -> tuple[QueryPair, ...]:
    """Return the pairs of neighbouring words, but those of two stop words."""
    stems = analyzer.streams(text).stems
    found: dict[QueryPair, None] = {}
    for left, right in _neighbours(stems):
        stop_words = [analyzer.is_stop_word(stem.text) for stem in (left, right)]
        if not all(stop_words):
            whole = (stem.text for stem in stems if (stem.start, stem.end) == (left.start, right.end))
            found[QueryPair(left.text, right.text, not any(stop_words), tuple(dict.fromkeys(whole)))] = None
    return tuple(found)


def word_groups(words: Iterable[QueryWord]) -> tuple[tuple[Term, ...], ...]:
    """Return the groups of a `KeywordQuery`."""
    return tuple(
        tuple(
            Term(STEMS, stem, STREAM_WEIGHTS[STEMS] * (ALTERNATIVE if place else 1.0))
            for place, stem in enumerate(word.stems + word.compounds)
        )
        for word in words
    )


def word_pairs(pairs: Iterable[QueryPair]) -> tuple[Term, ...]:
    """Return what is asked for as `KeywordQuery.pairs`."""
    return tuple(Term(PAIRS, pair.term, STREAM_WEIGHTS[PAIRS]) for pair in pairs if pair.indexed)


def phrase(text: str, field: str, analyzer: PersianAnalyzer) -> Phrase | None:
    """Return the phrase of all words of `text`, stop words included; None when it has none."""
    tokens = analyzer.words(text)
    if not tokens:
        return None
    joined = [token for token in tokens if _is_joined(token, tokens)]
    apart = _path([token for token in tokens if token not in joined])
    if not joined:
        return Phrase(field, (apart,))
    # «کتاب خانه ملی» is also the phrase کتابخانه ملی: each joined word stands for those that it covers.
    covered = {part.position for token in joined for part in tokens if _is_part(part, token)}
    together = _path([token for token in tokens if token in joined or token.position not in covered])
    return Phrase(field, (apart, together))


def _path(tokens: list[Token]) -> tuple[str, ...]:
    """Return one word for each position: the first reading."""
    first = {token.position: token.text for token in reversed(tokens)}
    return tuple(first[position] for position in sorted(first))


def _is_joined(token: Token, tokens: list[Token]) -> bool:
    return any(_is_part(other, token) for other in tokens)


def _is_part(token: Token, whole: Token) -> bool:
    """Tell whether a word is a part of another one that covers more."""
    return whole.start <= token.start and token.end <= whole.end and _is_wider(whole, token)
