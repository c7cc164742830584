"""Phrases in a whoosh index: how often its postings are read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from whoosh.index import open_dir

from indexer.articles import Article
from indexer.keyword import load_engine
from indexer.keyword.documents import documents
from indexer.keyword.engine import Phrase
from indexer.keyword.fields import WORDS
from indexer.keyword.whoosh_phrases import PhraseFinder
from indexer.persian.analyzer import PersianAnalyzer


class CountingReader:
    """Counts the postings that are opened and stepped over."""

    def __init__(self, reader: Any) -> None:
        self._reader = reader
        self.opened: list[str] = []
        self.read = 0

    def doc_frequency(self, field: str, text: str) -> int:
        return int(self._reader.doc_frequency(field, text))

    def postings(self, field: str, text: str) -> Any:
        self.opened.append(text)
        matcher = self._reader.postings(field, text)
        decode = matcher.value_as

        def counted(kind: str) -> Any:
            self.read += 1
            return decode(kind)

        matcher.value_as = counted
        return matcher


@pytest.fixture
def reader(tmp_path: Path, analyzer: PersianAnalyzer) -> Iterator[CountingReader]:
    bodies = ["در این باغ و در این شهر", *["این در و آن در"] * 90, *["در باغ"] * 9]
    articles = [Article(id=str(number), body=body) for number, body in enumerate(bodies)]
    load_engine("whoosh").build(tmp_path, documents(articles, analyzer))
    with open_dir(str(tmp_path)).searcher() as searcher:
        yield CountingReader(searcher.reader())


def test_the_words_of_many_phrases_are_read_once_a_search(reader: CountingReader) -> None:
    finder = PhraseFinder(reader)
    words = ("در", "این", "ان", "و")
    pairs = [Phrase(WORDS, ((first, second),)) for first in words for second in words]
    finder.holding([*pairs, *pairs] * 10)
    assert sorted(reader.opened) == sorted(words)


def test_a_phrase_that_was_found_is_not_looked_for_again(reader: CountingReader) -> None:
    finder = PhraseFinder(reader)
    wanted = Phrase(WORDS, (("در", "این"),))
    first = finder.holding([wanted])
    opened = len(reader.opened)
    again = finder.holding([wanted, wanted])
    assert len(reader.opened) == opened
    assert [found.tolist() for found in (*first, *again)] == [[0]] * 3


def test_of_a_frequent_word_only_the_articles_with_the_rare_one_are_read(reader: CountingReader) -> None:
    finder = PhraseFinder(reader)
    assert finder.holding([Phrase(WORDS, (("این", "شهر"),))])[0].tolist() == [0]
    assert reader.read == 2
