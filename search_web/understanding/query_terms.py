"""Turns a query into terms of the keyword index: words, bigrams and phrases."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.keyword.engine import Phrase, QueryTerm
from indexer.keyword.fields import BIGRAMS, STEMS, WORDS
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.terms import Term, neighbours

# The weight of each field's BM25 score when the engine retrieves candidates.
STREAM_WEIGHTS: dict[str, float] = {STEMS: 1.0, BIGRAMS: 0.2}
# The weight of the second reading of an ambiguous spelling, and of the one word that two neighbours form when
# written together.
ALTERNATIVE = 0.5
# A word and the longer word that holds it are at most this many positions apart.
_WIDEST = 4


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a query: its surface form, and the stem of each of its readings, the likeliest first.

    `compounds` are the stems of the single word that this word and a neighbour form when written together:
    گلمحمدی for «گل محمدی».
    """

    surface: str
    stems: tuple[str, ...]
    compounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryBigram:
    """Two neighbouring stems of a query.

    `indexed` says whether the field `bigrams` can hold them: neither is a function word. `compounds` are the
    stems of the single word that both form when written together.
    """

    left: str
    right: str
    indexed: bool = True
    compounds: tuple[str, ...] = ()

    @property
    def term(self) -> str:
        """The bigram as one term of the field `bigrams`: both stems with a space between."""
        return f"{self.left} {self.right}"


def query_words(text: str, analyzer: PersianAnalyzer) -> tuple[QueryWord, ...]:
    """Return the distinct words of a query; stop words only when it has no other word."""
    streams = analyzer.streams(text)
    joined = _joined(streams.words)
    surface_forms: dict[int, str] = {}
    for word, surface_form in zip(streams.words, streams.surface_forms, strict=True):
        if word not in joined:
            surface_forms.setdefault(word.position, surface_form)
    once: dict[str, Term] = {}
    for term in analyzer.content_words(text):
        once.setdefault(term.text, term)
    terms = sorted(once.values(), key=lambda term: term in joined)
    order = {term: place for place, term in enumerate(terms)}
    heads: dict[int, Term] = {}
    for term in terms:
        heads.setdefault(term.position, term)
    near = _Neighbourhood(terms)
    readings = {
        position: sorted(
            (term for term in near.around(head) if term == head or _covers(term, head)), key=order.__getitem__
        )
        for position, head in sorted(heads.items())
    }
    return tuple(
        QueryWord(
            surface_forms.get(position, heads[position].text),
            _stems((term for term in found if not _is_wider(term, heads[position])), analyzer),
            _stems((term for term in found if _is_wider(term, heads[position])), analyzer),
        )
        for position, found in readings.items()
    )


def _stems(terms: Iterable[Term], analyzer: PersianAnalyzer) -> tuple[str, ...]:
    return tuple(dict.fromkeys(analyzer.stem(term.text) for term in terms))


def _is_wider(term: Term, head: Term) -> bool:
    """Return whether a reading of the word `head` also covers a neighbour of it."""
    return (term.start, term.end) != (head.start, head.end)


def _covers(term: Term, head: Term) -> bool:
    """Return whether `term` is another reading of the word `head`, alone or together with a neighbour."""
    if not (term.start <= head.start and head.end <= term.end):
        return False
    return term.position == head.position or (term.position <= head.position + 1 and _is_wider(term, head))


def query_bigrams(text: str, analyzer: PersianAnalyzer) -> tuple[QueryBigram, ...]:
    """Return the distinct bigrams of a query, except those of two stop words."""
    stems = analyzer.streams(text).stems
    by_span: dict[tuple[int, int], dict[str, None]] = {}
    for stem in stems:
        by_span.setdefault((stem.start, stem.end), {})[stem.text] = None
    found: dict[QueryBigram, None] = {}
    for left, right in neighbours(stems):
        stop_words = [analyzer.is_stop_word(stem.text) for stem in (left, right)]
        if not all(stop_words):
            span = left.start, right.end
            # Both words of ﷺ have the span of the one character, which is no word that they form.
            whole = by_span.get(span, {}) if span != (left.start, left.end) else {}
            found[QueryBigram(left.text, right.text, not any(stop_words), tuple(whole))] = None
    return tuple(found)


def word_groups(words: Iterable[QueryWord]) -> tuple[tuple[QueryTerm, ...], ...]:
    """Return `KeywordQuery.words`: one group of alternative terms for each word of the query."""
    return tuple(
        tuple(
            QueryTerm(STEMS, stem, STREAM_WEIGHTS[STEMS] * (ALTERNATIVE if place else 1.0))
            for place, stem in enumerate(word.stems + word.compounds)
        )
        for word in words
    )


def bigram_terms(bigrams: Iterable[QueryBigram]) -> tuple[QueryTerm, ...]:
    """Return `KeywordQuery.bigrams`: one term for each bigram that the field can hold."""
    weight = STREAM_WEIGHTS[BIGRAMS]
    return tuple(QueryTerm(BIGRAMS, bigram.term, weight) for bigram in bigrams if bigram.indexed)


def phrase(text: str, field: str, analyzer: PersianAnalyzer) -> Phrase | None:
    """Return the phrase of all words of `text`, stop words included; None when `text` has no word."""
    terms = analyzer.words(text)
    if not terms:
        return None
    joined = _joined(terms)
    apart = _path([term for term in terms if term not in joined])
    if not joined:
        return Phrase(field, (apart,))
    # «کتاب خانه ملی» also matches کتابخانه ملی: in this variant each joined word replaces its parts.
    near = _Neighbourhood(terms)
    covered = {part.position for term in joined for part in near.around(term) if _is_part(part, term)}
    together = _path([term for term in terms if term in joined or term.position not in covered])
    return Phrase(field, (apart, together))


def excluded_word(text: str, analyzer: PersianAnalyzer) -> tuple[Phrase, ...]:
    """Return what leaves out the articles with a word, in any form and any reading; () if it is no word.

    A word of several parts (رئیس‌جمهور) is left out where its parts are neighbours, or are written together:
    each part alone is another word.
    """
    stems = analyzer.streams(text).stems
    if not stems or not stems[-1].position:
        return found_by_word(text, analyzer)
    first, last = min(stem.start for stem in stems), max(stem.end for stem in stems)
    whole = [(stem.text,) for stem in stems if (stem.start, stem.end) == (first, last)]
    pairs = [
        (QueryBigram(left.text, right.text).term,)
        for left, right in neighbours(stems)
        if (left.start, right.end) == (first, last)
    ]
    fields = {STEMS: whole, BIGRAMS: pairs}
    found = [Phrase(field, tuple(dict.fromkeys(terms))) for field, terms in fields.items() if terms]
    # Pairs with a function word, and words of three parts, are in no field but this one.
    apart = phrase(text, WORDS, analyzer)
    return (*found, apart) if apart else tuple(found)


def found_by_word(text: str, analyzer: PersianAnalyzer) -> tuple[Phrase, ...]:
    """Return what leaves out every article that a word finds, by any of its parts; () if it is no word."""
    stems = (stem for word in query_words(text, analyzer) for stem in word.stems + word.compounds)
    terms = tuple((stem,) for stem in dict.fromkeys(stems))
    return (Phrase(STEMS, terms),) if terms else ()


def _path(terms: list[Term]) -> tuple[str, ...]:
    """Return the first reading at each position."""
    first = {term.position: term.text for term in reversed(terms)}
    return tuple(first[position] for position in sorted(first))


class _Neighbourhood:
    """Finds the terms near a term, so that a long query takes no quadratic time."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[int, list[Term]] = {}
        for term in terms:
            self._terms.setdefault(term.position, []).append(term)

    def around(self, term: Term) -> Iterator[Term]:
        """Yield the terms at most `_WIDEST` positions away."""
        for position in range(term.position - _WIDEST, term.position + _WIDEST + 1):
            yield from self._terms.get(position, ())


def _joined(terms: list[Term]) -> set[Term]:
    """Return the terms that hold others: the one word that neighbours form when written together."""
    near = _Neighbourhood(terms)
    return {term for term in terms if any(_is_part(other, term) for other in near.around(term))}


def _is_part(term: Term, whole: Term) -> bool:
    """Return whether `term` is a part of the longer word `whole`."""
    return whole.start <= term.start and term.end <= whole.end and _is_wider(whole, term)
