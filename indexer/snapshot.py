"""Opens a published generation for reading. All its parts, also the analyzer, come from the same build."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from indexer import generations
from indexer.archive import Archive
from indexer.columns import TermColumns
from indexer.commit import Commit
from indexer.errors import (
    IndexCorrupt,
    IndexMismatch,
    IndexUnusable,
    KhabaryabError,
    UsageError,
    unreadable,
)
from indexer.generations import Manifest, Published
from indexer.keyword import load_engine
from indexer.keyword.engine import KeywordEngine, KeywordIndex
from indexer.near_duplicate_files import NearDuplicateClusters
from indexer.persian.analyzer import ANALYSIS_VERSION, PersianAnalyzer
from indexer.persian.collection import read_learned
from indexer.semantic.vectors import VectorIndex
from indexer.vocabulary import Vocabulary


class Snapshot:
    """One open generation, all parts of which come from the same build. Safe to share between threads."""

    def __init__(
        self,
        index: Path,
        published: Published,
        analyzer: PersianAnalyzer,
        archive: Archive,
        keyword: KeywordIndex,
        terms: TermColumns,
        near_duplicates: NearDuplicateClusters,
        vectors: VectorIndex | None,
        vocabulary: Vocabulary,
    ) -> None:
        self._index = index
        self._published = published
        self.manifest = published.manifest
        self.analyzer = analyzer
        self.archive = archive
        self.keyword = keyword
        self.terms = terms
        self.near_duplicates = near_duplicates
        self.vectors = vectors
        self.vocabulary = vocabulary

    @classmethod
    def open(cls, index: Path) -> "Snapshot":
        """Open the published generation of an index.

        This takes the same time for every number of articles: it checks that all files are there with their
        sizes. It reads whole files only if the engine may run code from them. `verify` reads everything.

        Raises:
            IndexUnusable: nothing is published, a file is missing, has another size or cannot be read, a file
                that may run code was altered, or another version made the index. Whatever a library raises
                while it opens its files becomes such an error.

        """
        with _ours(index):
            published = generations.open_current(index)
        try:
            with _ours(published.directory):
                return cls._of(index, published)
        except IndexUnusable:
            if generations.published_number(index) == published.manifest.generation:
                raise
        # Meanwhile other generations were published, and the articles of this one may be deleted: retry.
        return cls.open(index)

    @classmethod
    def _of(cls, index: Path, published: Published) -> "Snapshot":
        manifest, directory = published.manifest, published.directory
        if manifest.analysis != ANALYSIS_VERSION:
            raise IndexMismatch(
                f"{index}: made with analysis {manifest.analysis}; this program has {ANALYSIS_VERSION}: "
                "build the index again"
            )
        with ExitStack() as opened:
            archive = opened.enter_context(closing(Archive(index, manifest.generation)))
            engine = _engine(manifest, directory)
            if engine.opening_runs_code:
                published.verify(generations.KEYWORD)
            keyword = opened.enter_context(closing(engine.open(directory / generations.KEYWORD)))
            terms = TermColumns(directory / generations.TERM_COLUMNS, manifest.articles)
            near_duplicates = NearDuplicateClusters(
                directory / generations.NEAR_DUPLICATES, manifest.articles
            )
            vectors = VectorIndex(directory / generations.VECTORS) if manifest.encoder else None
            vocabulary = Vocabulary(directory / generations.VOCABULARY)
            analyzer = _analyzer(directory)
            _check_parts(directory, manifest, archive, keyword, vectors)
            opened.pop_all()
        return cls(index, published, analyzer, archive, keyword, terms, near_duplicates, vectors, vocabulary)

    def verify(self) -> None:
        """Verify the content of every file, the list of articles, and the content of every article.

        Raises:
            IndexCorrupt: something was altered.

        """
        self._published.verify()
        manifest = self.manifest
        with closing(Archive(self._index, manifest.generation, Commit(manifest.articles, 0))) as sealed:
            if sealed.fingerprint() != manifest.articles_sha256:
                raise IndexCorrupt(
                    f"{self._index}: the archive's list of articles was altered; build the index again"
                )
        self.archive.check()
        self.near_duplicates.verify()

    def close(self) -> None:
        """Release files and connections."""
        self.keyword.close()
        self.archive.close()


@contextmanager
def _ours(directory: Path) -> Iterator[None]:
    """Turn whatever a library raises while it opens a generation into one of our errors, with one line."""
    try:
        yield
    except KhabaryabError:
        raise
    except Exception as error:
        raise unreadable(directory, error) from error


def _engine(manifest: Manifest, directory: Path) -> KeywordEngine:
    try:
        return load_engine(manifest.engine)
    except UsageError as error:
        raise IndexMismatch(f"{directory}: {error}; build the index again") from error


def _analyzer(directory: Path) -> PersianAnalyzer:
    try:
        return PersianAnalyzer(read_learned(directory / generations.COMPOUNDS))
    except (OSError, ValueError) as error:
        raise unreadable(directory / generations.COMPOUNDS, error) from error


def _check_parts(
    directory: Path, manifest: Manifest, archive: Archive, keyword: KeywordIndex, vectors: VectorIndex | None
) -> None:
    """Check that each part holds the articles of the manifest.

    Raises:
        IndexCorrupt: a part does not fit the manifest.

    """
    archive.ids([manifest.articles - 1] if manifest.articles else [])  # raises if the last one is missing
    counted = {"the keyword index": len(keyword)}
    if vectors is not None:
        counted["the vector index"] = vectors.articles
    for part, articles in counted.items():
        if articles != manifest.articles:
            raise IndexCorrupt(
                f"{directory}: {part} holds {articles} of {manifest.articles} articles; build the index again"
            )
