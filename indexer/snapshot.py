"""Opens a published generation for reading. All its parts, also the analyzer, come from the same build."""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from indexer import generations
from indexer.archive import Archive
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
from indexer.term_vectors import TermVectors
from indexer.vocabulary import Vocabulary


class Snapshot:
    """One open generation, all parts of which come from the same build. Safe to share between threads."""

    def __init__(
        self,
        manifest: Manifest,
        analyzer: PersianAnalyzer,
        archive: Archive,
        keyword: KeywordIndex,
        terms: TermVectors,
        near_duplicates: NearDuplicateClusters,
        vectors: VectorIndex | None,
        vocabulary: Vocabulary,
    ) -> None:
        self.manifest = manifest
        self.analyzer = analyzer
        self.archive = archive
        self.keyword = keyword
        self.terms = terms
        self.near_duplicates = near_duplicates
        self.vectors = vectors
        self.vocabulary = vocabulary

    @classmethod
    def open(cls, index: Path) -> "Snapshot":
        """Open the published generation of an index after verifying all its files.

        Raises:
            IndexUnusable: nothing is published, a file was altered or cannot be read, or another version made
                the index. Whatever a library raises while it opens its files becomes such an error.

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
            # Opening is safe although whoosh unpickles its files, because the hashes were verified above.
            engine = _engine(manifest, directory)
            keyword = opened.enter_context(closing(engine.open(directory / generations.KEYWORD)))
            terms = TermVectors(directory / generations.TERM_VECTORS)
            near_duplicates = NearDuplicateClusters(
                directory / generations.NEAR_DUPLICATES, manifest.articles
            )
            vectors = _vectors(manifest, directory)
            analyzer = _analyzer(directory)
            _check_parts(directory, manifest, archive, keyword, terms)
            opened.pop_all()
        vocabulary = Vocabulary(directory / generations.VOCABULARY)
        return cls(manifest, analyzer, archive, keyword, terms, near_duplicates, vectors, vocabulary)

    def verify(self) -> None:
        """Verify also the content of every article, and all vectors.

        Raises:
            IndexCorrupt: an article or a vector was altered.

        """
        self.archive.check()
        self.near_duplicates.verify()
        if self.vectors is not None:
            self.vectors.check()

    def follow_vectors(self) -> bool:
        """Take the vectors that were committed since, if there are any; return whether there were.

        A search that runs meanwhile keeps those that it began with. Rows keep their passages, so a row of the
        older vectors is also one of the newer.

        Raises:
            IndexUnusable: the newer vectors cannot be opened; the older ones stay.

        """
        if self.vectors is None or not self.vectors.is_outdated():
            return False
        self.vectors = self.vectors.reopened()
        return True

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


def _vectors(manifest: Manifest, directory: Path) -> VectorIndex | None:
    if manifest.encoder is None:
        return None
    vectors = VectorIndex(directory / generations.VECTORS, manifest.articles)
    if vectors.dimension != manifest.encoder.dimension:
        raise IndexCorrupt(f"{directory}: the vectors are not those of its encoder; build the index again")
    return vectors


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
    directory: Path,
    manifest: Manifest,
    archive: Archive,
    keyword: KeywordIndex,
    terms: TermVectors,
) -> None:
    """Check each part's number of articles, and the archive's list of articles, against the manifest.

    Raises:
        IndexCorrupt: a part does not fit the manifest.

    """
    counted = {
        "the archive": len(archive),
        "the keyword index": len(keyword),
        "the term vectors": len(terms),
    }
    for part, articles in counted.items():
        if articles != manifest.articles:
            raise IndexCorrupt(
                f"{directory}: {part} holds {articles} of {manifest.articles} articles; build the index again"
            )
    if archive.fingerprint() != manifest.articles_sha256:
        raise IndexCorrupt(f"{directory}: the archive's list of articles was altered; build the index again")
