"""Parses a query: words, "phrases" and «phrases», -word, title:word and عنوان:word (also «عنوان: واژه»).

No query is a syntax error: anything that is not valid syntax is searched as plain words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.keyword.documents import TITLE, WORDS
from indexer.keyword.engine import KeywordQuery, Phrase
from indexer.persian.analyzer import PersianAnalyzer
from search_web.understanding.query_terms import (
    QueryBigram,
    QueryWord,
    bigram_terms,
    phrase,
    query_bigrams,
    query_words,
    word_groups,
)

_CLAUSE = re.compile(
    r"""
    (?:(?<!\S)(?P<minus>-)(?=[^\W\d]|["«“]))?
    (?:(?P<field>title|عنوان)[\s\u200c]*:[\s\u200c]*(?=[\w"«“]))?
    (?:"(?P<straight>[^"]*)"|«(?P<persian>[^»]*)»|“(?P<curly>[^”]*)”|(?P<word>[^\s"«“]+|["«“]))
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """One part of a query.

    `is_phrase`: it was in quotation marks. `in_title`: only the title is searched. `excluded`: articles with
    it are left out of the results.
    """

    text: str
    is_phrase: bool = False
    in_title: bool = False
    excluded: bool = False


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


def clauses(typed: str) -> Iterator[Clause]:
    """Split a query into its clauses."""
    for match in _CLAUSE.finditer(typed):
        quoted = [match[group] for group in ("straight", "persian", "curly") if match[group] is not None]
        yield Clause(
            quoted[0] if quoted else match["word"],
            is_phrase=bool(quoted),
            in_title=match["field"] is not None,
            excluded=match["minus"] is not None,
        )


def parse_query(typed: str, analyzer: PersianAnalyzer) -> ParsedQuery:
    """Parse a query."""
    pieces = list(clauses(typed))
    wanted = [clause for clause in pieces if not clause.excluded]
    # The clauses are joined again so that the analyzer sees neighbours together, as in «رئیس جمهور».
    text = " ".join(clause.text for clause in wanted).strip()
    required = [
        found
        for clause in wanted
        if (clause.is_phrase or clause.in_title)
        and (found := phrase(clause.text, TITLE if clause.in_title else WORDS, analyzer))
    ]
    excluded = tuple(_excluded(pieces, analyzer))
    words, bigrams = query_words(text, analyzer), query_bigrams(text, analyzer)
    keyword = KeywordQuery(word_groups(words), bigram_terms(bigrams), tuple(required), excluded)
    return ParsedQuery(text, keyword, words, bigrams, is_bare(text, analyzer))


def is_bare(text: str, analyzer: PersianAnalyzer) -> bool:
    """Return whether a query has no function word: it is a list of words rather than a sentence."""
    return len(analyzer.content_words(text)) == len(analyzer.words(text))


def _excluded(pieces: list[Clause], analyzer: PersianAnalyzer) -> Iterator[Phrase]:
    for clause in pieces:
        field = TITLE if clause.in_title else WORDS
        if clause.excluded and (found := phrase(clause.text, field, analyzer)):
            yield found
