"""Turns a query into what the keyword engine, the encoder and the ranking are asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from indexer.keyword.engine import KeywordQuery, Phrase
from indexer.keyword.fields import TITLE, WORDS
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import fold
from search_web.contract.parameters import CLAUSES_LIMIT, ParameterError
from search_web.understanding.query_terms import (
    QueryBigram,
    QueryWord,
    bigram_terms,
    excluded_word,
    found_by_word,
    phrase,
    query_bigrams,
    query_words,
    word_groups,
)
from search_web.understanding.syntax import Clause, clauses


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query, parsed.

    - `text`: the input of the encoder; the query without its syntax and without excluded clauses.
    - `keyword`: what the keyword engine searches for to retrieve candidates.
    - `words` and `bigrams`: for computing the features of the candidates.
    - `bare`: the query has no function word.
    """

    text: str
    keyword: KeywordQuery
    words: tuple[QueryWord, ...]
    bigrams: tuple[QueryBigram, ...]
    bare: bool

    def __bool__(self) -> bool:
        return bool(self.keyword)

    @property
    def only_excludes(self) -> bool:
        """Whether the query has only excluded clauses."""
        return not self.keyword and bool(self.keyword.excluded)


def parse_query(typed: str, analyzer: PersianAnalyzer) -> ParsedQuery:
    """Parse a query.

    Raises:
        ParameterError: it has more than `CLAUSES_LIMIT` phrases, title clauses and exclusions.

    """
    pieces = list(clauses(typed))
    _check_number(pieces)
    wanted = [clause for clause in pieces if not clause.excluded]
    # The clauses are joined again so that the analyzer sees neighbours together, as in «رئیس جمهور».
    text = " ".join(clause.text for clause in wanted).strip()
    required = _distinct(
        _phrases(clause, analyzer) for clause in wanted if clause.is_phrase or clause.in_title
    )
    asked = {fold(clause.text) for clause in wanted}
    excluded = _distinct(
        _excluded(clause, asked=fold(clause.text) in asked, analyzer=analyzer)
        for clause in pieces
        if clause.excluded
    )
    words, bigrams = query_words(text, analyzer), query_bigrams(text, analyzer)
    keyword = KeywordQuery(word_groups(words), bigram_terms(bigrams), required, excluded)
    return ParsedQuery(text, keyword, words, bigrams, is_bare(text, analyzer))


def is_bare(text: str, analyzer: PersianAnalyzer) -> bool:
    """Return whether a query has no function word: it is a list of words rather than a sentence."""
    return len(analyzer.content_words(text)) == len(analyzer.words(text))


def _check_number(pieces: Iterable[Clause]) -> None:
    number = len({clause for clause in pieces if clause.is_phrase or clause.in_title or clause.excluded})
    if number > CLAUSES_LIMIT:
        raise ParameterError(
            "limit-exceeded",
            "q",
            f"q has {number} phrases, title words and exclusions; at most {CLAUSES_LIMIT} are allowed",
            limit=CLAUSES_LIMIT,
        )


def _distinct(found: Iterable[Iterable[Phrase]]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(chain.from_iterable(found)))


def _phrases(clause: Clause, analyzer: PersianAnalyzer) -> Iterable[Phrase]:
    found = phrase(clause.text, TITLE if clause.in_title else WORDS, analyzer)
    return () if found is None else (found,)


def _excluded(clause: Clause, asked: bool, analyzer: PersianAnalyzer) -> Iterable[Phrase]:
    """Return what the clause excludes; `asked` says whether the query also asks for the same word."""
    if clause.is_phrase or clause.in_title:
        return _phrases(clause, analyzer)
    if asked:
        return found_by_word(clause.text, analyzer)
    return excluded_word(clause.text, analyzer)
