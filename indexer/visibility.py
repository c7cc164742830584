"""Makes accepted changes of a published generation visible: brings its files up to the archive.

The writer of each part opens at the last commit of the keyword engine and cuts off what lies behind it, which
a crash may have left. So it does not matter at which instant an earlier writer was stopped.
"""

from contextlib import closing
from functools import lru_cache
from pathlib import Path

from indexer import generations
from indexer.archive import Archive
from indexer.articles import Article
from indexer.columns import TermColumnsWriter
from indexer.commit import Commit
from indexer.keyword import load_engine
from indexer.keyword.documents import document
from indexer.keyword.engine import Document
from indexer.keyword_seal import KEYWORD, break_seal, is_sealed, seal
from indexer.near_duplicate_files import NearDuplicateWriter
from indexer.near_duplicates import Shingles, shingles
from indexer.progress import Stages
from indexer.snapshot import open_analyzer
from indexer.vocabulary_additions import VocabularyWriter

# Articles whose shingles are kept while their near-duplicates are looked for.
_KEPT = 256


class Visibility:
    """What is visible of the published generation of an index. The caller holds the write lock."""

    def __init__(self, index: Path) -> None:
        """Open the published generation.

        Raises IndexUnusable if it cannot be opened.
        """
        published = generations.open_current(index)
        self._index = index
        self._directory = published.directory
        self.manifest = published.manifest
        self._engine = load_engine(published.manifest.engine)
        self._analyzer = open_analyzer(published.directory)

    @property
    def commit(self) -> Commit:
        """The last commit of the keyword engine."""
        with closing(self._engine.open(self._directory / KEYWORD)) as keyword:
            return keyword.commit

    def analyse(self, article: Article) -> Document:
        """Return the document of an article that has no number yet."""
        return document(0, article, self._analyzer)

    def _analysed(self, number: int, archive: Archive) -> Document:
        return document(number, archive.get(number), self._analyzer)

    def catch_up(self, accepted: Commit, report: Stages) -> None:
        """Make all that is accepted visible, in one commit, unless it is visible already."""
        visible = self.commit
        if (accepted.articles, accepted.removals) != (visible.articles, visible.removals):
            new = range(visible.articles, accepted.articles)
            break_seal(self._directory)
            with closing(Archive(self._index, self.manifest.generation)) as archive:
                self._append(new, archive, visible, accepted, report)
            seal(self._directory)
        elif not is_sealed(self._directory):  # a writer was killed
            seal(self._directory)

    def _append(
        self, new: range, archive: Archive, visible: Commit, accepted: Commit, report: Stages
    ) -> None:
        @lru_cache(_KEPT)
        def shingles_of(number: int) -> Shingles:
            return shingles(self._analysed(number, archive))

        directory = self._directory
        near = NearDuplicateWriter(directory / generations.NEAR_DUPLICATES, visible.articles, shingles_of)
        words = VocabularyWriter(directory / generations.VOCABULARY, visible.additions)
        with (
            closing(TermColumnsWriter(directory / generations.TERM_COLUMNS, visible.articles)) as columns,
            self._engine.change(directory / KEYWORD) as keyword,
            report.stage("indexing", len(new), "articles") as advance,
        ):
            for number in new:
                made = self._analysed(number, archive)
                columns.append(made)
                near.append(shingles(made))
                keyword.add(made)
                advance(1)
            columns.sync()
            near.sync()
            additions = words.append(map(archive.get, new)) if new else visible.additions
            keyword.remove(archive.removed_by(range(visible.removals, accepted.removals)))
            keyword.commit(Commit(accepted.articles, accepted.removals, additions))
