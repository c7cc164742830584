"""Articles and queries as token streams: the one place that says which field holds what.

Fields of every engine:

- `words`: title, kicker, lead, body and tags in one stream, the title's postings weighing `TITLE_WEIGHT`
  (BM25F: one length normalisation over weighted frequencies; summing a BM25 score per field cost 2 to 20
  points of nDCG@10); a gap of positions at each border keeps phrases from running across it;
- `stems`: the same with stems, for scoring only;
- `title`: the title's words alone, for `title:`.
"""

from collections.abc import Iterable, Iterator

from indexer.articles import Article
from indexer.filters import Facets
from indexer.keyword.engine import Document, Phrase, Posting, Term
from indexer.persian.analyzer import STREAM_WEIGHTS, PersianAnalyzer
from indexer.persian.analyzer import Term as Token

WORDS, STEMS, TITLE = "words", "stems", "title"
FIELDS = (WORDS, STEMS, TITLE)
TITLE_WEIGHT = 2.0
_BORDER = 100
# The other reading of an ambiguous spelling, and the one word that two neighbours make, count half.
_ALTERNATIVE = 0.5


def document(number: int, article: Article, analyzer: PersianAnalyzer) -> Document:
    """Analyze an article."""
    words: list[Posting] = []
    stems: list[Posting] = []
    title: list[Posting] = []
    position = 0
    for text, weight in (
        (article.title, TITLE_WEIGHT),
        (article.kicker, 1.0),
        (article.lead, 1.0),
        (article.body, 1.0),
        ("\n".join(article.tags), 1.0),
    ):
        end = position
        for word, stem in zip(*analyzer.streams(text), strict=True):
            end = position + word.position
            words.append(Posting(word.text, end, weight))
            stems.append(Posting(stem.text, end, weight))
        if not position:
            title = list(words)
        position = end + _BORDER
    return Document(number, {WORDS: words, STEMS: stems, TITLE: title}, Facets.of(article))


def documents(articles: Iterable[Article], analyzer: PersianAnalyzer) -> Iterator[Document]:
    """Analyze articles, numbered in order."""
    for number, article in enumerate(articles):
        yield document(number, article, analyzer)


def word_groups(text: str, analyzer: PersianAnalyzer) -> tuple[tuple[Term, ...], ...]:
    """Return the groups of a `KeywordQuery` for free text; stop words only when nothing else is there."""
    tokens = analyzer.words(text)
    wanted = analyzer.content_words(text)
    groups: dict[int, list[Term]] = {}
    seen: set[str] = set()
    for token in sorted(wanted, key=lambda token: (token.position, _is_joined(token, tokens))):
        if token.text in seen:
            continue
        seen.add(token.text)
        group = groups.setdefault(token.position, [])
        share = _ALTERNATIVE if group else 1.0
        group += _terms(token.text, share, analyzer)
    return tuple(tuple(groups[position]) for position in sorted(groups))


def _terms(word: str, share: float, analyzer: PersianAnalyzer) -> list[Term]:
    return [
        Term(WORDS, word, share * STREAM_WEIGHTS[WORDS]),
        Term(STEMS, analyzer.stem(word), share * STREAM_WEIGHTS[STEMS]),
    ]


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
