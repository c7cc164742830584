"""Opens a published generation for reading. All its parts, also the analyzer, come from the same build."""

from collections.abc import Hashable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from indexer import generations, keyword_seal
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
from indexer.keyword_seal import KEYWORD
from indexer.near_duplicate_files import NearDuplicateClusters
from indexer.persian.analyzer import ANALYSIS_VERSION, PersianAnalyzer
from indexer.persian.collection import read_learned
from indexer.semantic.vectors import VectorIndex
from indexer.vocabulary import Vocabulary


class Snapshot:
    """One open generation at one commit. All parts come from the same build. Safe to share between threads.

    `commit` counts the articles and removals that it sees. `removed`, int64, holds the numbers of the removed
    articles, ascending.
    """

    def __init__(
        self,
        index: Path,
        published: Published,
        engine: KeywordEngine,
        stamp: Hashable,
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
        self._engine = engine
        self.stamp = stamp
        self.commit = keyword.commit
        self.removed = archive.removed()
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
            if generations.published_number(index) == int(published.directory.name):
                raise
        # Meanwhile other generations were published, and the articles of this one may be deleted: retry.
        return cls.open(index)

    @classmethod
    def _of(cls, index: Path, published: Published, earlier: "Snapshot | None" = None) -> "Snapshot":
        manifest, directory = published.manifest, published.directory
        if manifest.analysis != ANALYSIS_VERSION:
            raise IndexMismatch(
                f"{index}: made with analysis {manifest.analysis}; this program has {ANALYSIS_VERSION}: "
                "build the index again"
            )
        with ExitStack() as opened:
            engine = _engine(manifest, directory)
            if engine.opening_runs_code:
                keyword_seal.check_seal(directory)
            folder = directory / KEYWORD
            stamp = engine.stamp(folder)  # before opening, so that a commit in between is noticed later
            keyword = opened.enter_context(closing(engine.open(folder)))
            commit = keyword.commit
            archive = opened.enter_context(closing(Archive(index, manifest.generation, commit)))
            terms = TermColumns(directory / generations.TERM_COLUMNS, commit.articles)
            near_duplicates = NearDuplicateClusters(directory / generations.NEAR_DUPLICATES, commit.articles)
            vectors = _vectors(manifest, directory, commit)
            vocabulary = Vocabulary(directory / generations.VOCABULARY, commit.additions)
            analyzer = earlier.analyzer if earlier else open_analyzer(directory)
            _check_parts(directory, manifest, archive, keyword)
            opened.pop_all()
        return cls(
            index,
            published,
            engine,
            stamp,
            analyzer,
            archive,
            keyword,
            terms,
            near_duplicates,
            vectors,
            vocabulary,
        )

    def newest_stamp(self) -> Hashable:
        """Return a value that differs from `stamp` once there is a newer commit; None if that cannot be told.

        It costs as much as asking for the status of a file.
        """
        try:
            return self._engine.stamp(self._published.directory / KEYWORD)
        except OSError:
            return None

    def reopened(self) -> "Snapshot":
        """Open the newest commit of this generation. This snapshot stays open.

        Raises IndexUnusable as `open`.
        """
        with _ours(self._published.directory):
            return self._of(self._index, self._published, self)

    def verify(self) -> None:
        """Verify the content of every file, the list of articles, every article, and all vectors.

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


def _vectors(manifest: Manifest, directory: Path, commit: Commit) -> VectorIndex | None:
    if manifest.encoder is None:
        return None
    vectors = VectorIndex(directory / generations.VECTORS, commit.articles)
    if vectors.dimension != manifest.encoder.dimension:
        raise IndexCorrupt(f"{directory}: the vectors are not those of its encoder; build the index again")
    return vectors


def _engine(manifest: Manifest, directory: Path) -> KeywordEngine:
    try:
        return load_engine(manifest.engine)
    except UsageError as error:
        raise IndexMismatch(f"{directory}: {error}; build the index again") from error


def open_analyzer(directory: Path) -> PersianAnalyzer:
    """Return the analyzer of the generation in this folder, with the compounds that it learned."""
    try:
        return PersianAnalyzer(read_learned(directory / generations.COMPOUNDS))
    except (OSError, ValueError) as error:
        raise unreadable(directory / generations.COMPOUNDS, error) from error


def _check_parts(directory: Path, manifest: Manifest, archive: Archive, keyword: KeywordIndex) -> None:
    """Check that the archive and the keyword index hold the articles of the commit, and of the manifest.

    Raises:
        IndexCorrupt: a part does not.

    """
    commit = keyword.commit
    was_changed = commit.removals or commit.additions
    if commit.articles < manifest.articles or (commit.articles > manifest.articles and not was_changed):
        raise IndexCorrupt(
            f"{directory}: the keyword index holds {commit.articles} of {manifest.articles} articles; "
            "build the index again"
        )
    archive.ids([commit.articles - 1] if commit.articles else [])  # raises if the last one is missing
    articles = commit.articles - len(archive.removed())
    if len(keyword) != articles:
        raise IndexCorrupt(
            f"{directory}: the keyword index holds {len(keyword)} of {articles} articles; "
            "build the index again"
        )
