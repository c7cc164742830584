"""The jobs of a build on batches of articles, for `workers`: counting words, counting pairs, analysing."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexer.archive import Archive
from indexer.articles import Article
from indexer.keyword.documents import document
from indexer.keyword.engine import Document
from indexer.near_duplicates import BANDS, Sketches, shingles, sketch
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.collection import count_words
from indexer.persian.run_together import Bigram, Halves
from indexer.vocabulary_counts import ArticleCounter, BatchCounts

# Articles of a batch. Larger ones save little; the results of a few wait in memory.
SIZE = 250


class Fault(NamedTuple):
    """An article on which the analysis failed: its number, its id, and the error."""

    number: int
    article_id: str
    error: Exception


class Analysed(NamedTuple):
    """The analysis of a batch: documents and sketches, uint32 [documents, BANDS], of its sound articles."""

    documents: list[Document]
    sketches: Sketches
    vocabulary: BatchCounts
    faults: list[Fault]


def batches(articles: int) -> Iterator[range]:
    """Yield the numbers of the articles, batch by batch."""
    return (range(first, min(first + SIZE, articles)) for first in range(0, articles, SIZE))


@contextmanager
def counting_words(index: Path, generation: int) -> Iterator[Callable[[range], Counter[str]]]:
    """Count the words of a batch as they are written."""
    with closing(Archive(index, generation)) as archive:
        yield lambda numbers: count_words(_texts(archive, numbers))


@contextmanager
def counting_pairs(
    index: Path, generation: int, halves: Halves
) -> Iterator[Callable[[range], Counter[Bigram]]]:
    """Count the pairs of neighbouring words of a batch that may have lost the space between them."""
    with closing(Archive(index, generation)) as archive:
        yield lambda numbers: halves.count(_texts(archive, numbers))


@contextmanager
def analysing(
    index: Path, generation: int, learned: Mapping[str, tuple[str, ...]]
) -> Iterator[Callable[[range], Analysed]]:
    """Analyse a batch, with an analyzer that has learned these compounds."""
    analyzer = PersianAnalyzer(learned)
    counter = ArticleCounter()
    with closing(Archive(index, generation)) as archive:
        yield lambda numbers: _analysed(archive.numbered(numbers), analyzer, counter)


def _texts(archive: Archive, numbers: range) -> Iterator[str]:
    articles = (article for _, article in archive.numbered(numbers))
    return chain.from_iterable(
        (article.title, article.kicker, article.lead, article.body) for article in articles
    )


def _analysed(
    articles: list[tuple[int, Article]], analyzer: PersianAnalyzer, counter: ArticleCounter
) -> Analysed:
    documents: list[Document] = []
    sketches = np.zeros((len(articles), BANDS), dtype=np.uint32)
    faults: list[Fault] = []
    for number, article in articles:
        try:
            made = document(number, article, analyzer)
            sketches[len(documents)] = sketch(shingles(made))
            counter.add(article)
        except Exception as error:  # the analysis of any text must not fail; this tells which text it is
            faults.append(Fault(number, article.id, error))
        else:
            documents.append(made)
    return Analysed(documents, sketches[: len(documents)], counter.taken(), faults)
