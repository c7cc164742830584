"""Articles and queries as token streams: the one place that says which field holds what.

Fields of every engine:

- `words`: title, kicker, lead, body and tags in one stream; its positions are for phrases, and a gap of them
  at each border keeps phrases from running across it;
- `stems`: the same with stems;
- `written`: the same with whole words, affixes included: who types «کشورهای» likes best what says «کشورهای»;
- `pairs`: two stems that stand side by side, as one term: questions and headlines put together what belongs
  together;
- `title`: the title's words alone, for `title:`.

Stems, written words and pairs are scored, each by BM25F: a posting in the title weighs `TITLE_WEIGHT`, and
there is one length normalisation over title and text (a score summed per field cost 2 to 20 points of nDCG).
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from indexer.articles import Article
from indexer.filters import Facets
from indexer.keyword.engine import Document, Phrase, Posting, Term, TermVector
from indexer.persian.analyzer import PersianAnalyzer, Streams
from indexer.persian.analyzer import Term as Token

WORDS, STEMS, WRITTEN, PAIRS, TITLE = "words", "stems", "written", "pairs", "title"
FIELDS = (WORDS, STEMS, WRITTEN, PAIRS, TITLE)
# Fields whose positions are asked for; the others only score.
POSITIONED = (WORDS, TITLE)
TITLE_WEIGHT = 2.0
_BORDER = 100
# What the BM25 score of each field counts, as learned by benchmarks/relevance.
STREAM_WEIGHTS: dict[str, float] = {STEMS: 1.0, WRITTEN: 0.3, PAIRS: 0.2}
# The other reading of an ambiguous spelling, and the one word that two neighbours make, count half.
_ALTERNATIVE = 0.5


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
        for field, terms in _fields(streams):
            postings[field] += (Posting(term, start + position, weight) for term, position in terms)
        if not start:
            postings[TITLE] = list(postings[WORDS])
        vector.extend((stem.text, stem.position) for stem in streams.stems)
        if not start:
            vector.title = vector.width
        start += _BORDER + (streams.stems[-1].position + 1 if streams.stems else 0)
    return Document(number, postings, Facets.of(article), vector)


def _fields(streams: Streams) -> Iterator[tuple[str, Iterable[tuple[str, int]]]]:
    yield WORDS, ((term.text, term.position) for term in streams.words)
    yield STEMS, ((term.text, term.position) for term in streams.stems)
    yield WRITTEN, ((term.text, term.position) for term in streams.written)
    yield PAIRS, pairs(streams.stems)


def pairs(stems: Iterable[Token]) -> Iterator[tuple[str, int]]:
    """Yield each pair of neighbouring stems and the position of its first, all readings of both."""
    readings: dict[int, list[str]] = {}
    for stem in stems:
        readings.setdefault(stem.position, []).append(stem.text)
    for (position, left), (following, right) in pairwise(readings.items()):
        if following == position + 1:
            yield from ((f"{first} {second}", position) for first in left for second in right)


def documents(articles: Iterable[Article], analyzer: PersianAnalyzer) -> Iterator[Document]:
    """Analyze articles, numbered in order."""
    for number, article in enumerate(articles):
        yield document(number, article, analyzer)


def word_groups(text: str, analyzer: PersianAnalyzer) -> tuple[tuple[Term, ...], ...]:
    """Return the groups of a `KeywordQuery` for free text; stop words only when nothing else is there."""
    streams = analyzer.streams(text)
    written = {term.position: term.text for term in streams.written}
    groups: dict[int, list[Term]] = {}
    seen: set[str] = set()
    wanted = analyzer.content_words(text)
    for token in sorted(wanted, key=lambda token: (token.position, _is_joined(token, streams.words))):
        if token.text in seen:
            continue
        seen.add(token.text)
        group = groups.setdefault(token.position, [])
        if not group:
            group.append(Term(WRITTEN, written.get(token.position, token.text), STREAM_WEIGHTS[WRITTEN]))
        share = _ALTERNATIVE if len(group) > 1 else 1.0
        group.append(Term(STEMS, analyzer.stem(token.text), share * STREAM_WEIGHTS[STEMS]))
    return tuple(tuple(groups[position]) for position in sorted(groups))


def word_pairs(text: str, analyzer: PersianAnalyzer) -> tuple[Term, ...]:
    """Return the pairs of neighbouring words, but those of two stop words, for `KeywordQuery.pairs`."""
    found = dict.fromkeys(pair for pair, _ in pairs(analyzer.streams(text).stems))
    return tuple(
        Term(PAIRS, pair, STREAM_WEIGHTS[PAIRS])
        for pair in found
        if not all(map(analyzer.is_stop_word, pair.split(" ")))
    )


def phrase(text: str, field: str, analyzer: PersianAnalyzer) -> Phrase | None:
    """Return the phrase of all words of `text`, stop words included; None when it has none."""
    tokens = analyzer.words(text)
    if not tokens:
        return None
    joined = [token for token in tokens if _is_joined(token, tokens)]
    apart = _path([token for token in tokens if token not in joined])
    if not joined:
        return Phrase(field, (apart,))
    # «کتاب خانه ملی» is also the phrase کتابخانه ملی: each joined word stands for the two that it covers.
    covered = {position for token in joined for position in (token.position - 1, token.position)}
    together = _path([token for token in tokens if token in joined or token.position not in covered])
    return Phrase(field, (apart, together))


def _path(tokens: list[Token]) -> tuple[str, ...]:
    """Return one word for each position: the first reading."""
    first = {token.position: token.text for token in reversed(tokens)}
    return tuple(first[position] for position in sorted(first))


def _is_joined(token: Token, tokens: list[Token]) -> bool:
    return any(other.position == token.position - 1 and other.start == token.start for other in tokens)
