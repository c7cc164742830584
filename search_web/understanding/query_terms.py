"""What a query asks for in the fields of a keyword index: words, neighbouring words and phrases."""

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.keyword.documents import PAIRS, STEMS, neighbours
from indexer.keyword.engine import Phrase, Term
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.analyzer import Term as Token

# What the BM25 score of each field counts in finding candidates.
STREAM_WEIGHTS: dict[str, float] = {STEMS: 1.0, PAIRS: 0.2}
# The other reading of an ambiguous spelling, and the one word that two neighbours make, count half.
ALTERNATIVE = 0.5


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
    for left, right in neighbours(stems):
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
