"""The part of a build that analyses every article: learns compounds, then makes all indexes of words.

Batches of articles go to `workers`. Learning needs counts of the whole collection before the analysis, so it
reads the texts twice; the analysis itself then reads each article once, and gives its document, its sketch
and what it adds to the vocabulary. This process alone writes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from indexer import generations
from indexer.article_batches import Fault, analysing, batches, counting_pairs, counting_words
from indexer.columns import record_terms
from indexer.keyword.engine import Document, KeywordEngine
from indexer.keyword_seal import KEYWORD
from indexer.near_duplicates import NearDuplicateFinder
from indexer.persian.analyzer import persian_analyzer
from indexer.persian.collection import learn, write_learned
from indexer.vocabulary_counts import VocabularyCounts
from indexer.workers import Job, Workers

# Begins a stage of a build; see `build.Report`.
Stage = Callable[[str, int, str], AbstractContextManager[Callable[[int], None]]]


class FaultyArticles(Exception):
    """The analysis fails on these articles."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"the analysis fails on {len(faults)} articles")
        self.faults = faults


@dataclass(frozen=True, slots=True)
class EveryArticle:
    """All articles of a generation, which are in the archive, and the workers that analyse them."""

    workers: Workers
    index: Path
    generation: int
    articles: int
    stage: Stage

    def learn(self, path: Path) -> dict[str, tuple[str, ...]]:
        """Return the compounds that the articles teach, and write them into a new folder."""
        words = partial(counting_words, self.index, self.generation)
        pairs = partial(counting_pairs, self.index, self.generation)
        learned = learn(
            self._results("learning words", words),
            lambda halves: self._results("learning neighbours", partial(pairs, halves)),
            persian_analyzer(),
        )
        path.parent.mkdir(parents=True)
        write_learned(path, learned)
        return learned

    def index_words(
        self, engine: KeywordEngine, directory: Path, learned: Mapping[str, tuple[str, ...]]
    ) -> NearDuplicateFinder:
        """Write keyword index, term columns and vocabulary into a generation; return the sketches.

        Raises:
            FaultyArticles: the analysis fails on some articles.

        """
        keyword, terms = directory / KEYWORD, directory / generations.TERM_COLUMNS
        keyword.mkdir()
        terms.mkdir()
        finder, vocabulary = NearDuplicateFinder(), VocabularyCounts()
        faults: list[Fault] = []

        def documents() -> Iterator[Document]:
            job = partial(analysing, self.index, self.generation, learned)
            for batch in self._results("keyword index", job):
                finder.append(batch.sketches)
                vocabulary.add(batch.vocabulary)
                faults.extend(batch.faults)
                # After a faulty article only the other faults matter.
                yield from () if faults else batch.documents

        engine.build(keyword, record_terms(documents(), terms))
        if faults:
            raise FaultyArticles(faults)
        vocabulary.write(directory / generations.VOCABULARY)
        return finder

    def _results[Result](self, stage: str, job: Job[range, Result]) -> Iterator[Result]:
        """Yield the results of a job on all articles, batch by batch."""
        numbers = list(batches(self.articles))
        with self.stage(stage, self.articles, "articles") as advance:
            for batch, result in zip(numbers, self.workers.map(job, numbers), strict=True):
                yield result
                advance(len(batch))
