"""Changes a published generation in place: adds, replaces and removes articles. Searches go on meanwhile.

A change is *accepted* when SQLite has committed it: it is not lost from then on. It becomes *visible* when
the keyword engine commits, after everything else that belongs to it is on the disk:

    archive (SQLite) → term columns, near-duplicates, vocabulary → commit of the keyword engine

A crash in between leaves changes that are accepted but not visible. Each change begins and ends with
`Visibility.catch_up`, which makes visible whatever is accepted.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from indexer import generations
from indexer.archive import ArchiveChanges, Change, article_record, record_digest
from indexer.articles import Article, Note, Rejection
from indexer.build import Report
from indexer.errors import IndexInaccessible, IndexShrinks, ReadError, unexpected
from indexer.readers import input_size, read_articles
from indexer.report_file import ReportFile
from indexer.semantic.embedding import embed
from indexer.semantic.loading import load_passage_encoder, load_query_encoder
from indexer.visibility import Visibility
from indexer.write_lock import writing

# Articles that are accepted together. A change that is stopped loses at most so many, and reads them again.
_ACCEPTED_TOGETHER = 1000
# More new articles than this are worth the seconds in which PyTorch is loaded.
_FEW = 64


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How articles are read; the fields are those of `BuildOptions` with the same names."""

    exclude: tuple[str, ...] = ()
    strict: bool = False
    follow_links: bool = False
    allow_shrink: bool = False
    semantic_later: bool = False


@dataclass(slots=True)
class Changes:
    """What a change did. `articles` counts all articles afterwards, `passages` those that got vectors."""

    generation: int
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    notes: int = 0
    articles: int = 0
    passages: int = 0
    report: Path | None = None

    def count(self, change: Change) -> None:
        """Count one article."""
        setattr(self, change.value, getattr(self, change.value) + 1)


def add_articles(paths: Sequence[Path], index: Path, options: ReadOptions, report: Report) -> Changes:
    """Add the articles under `paths`; one with the id of an article that is there replaces it if it differs.

    Raises:
        ReadError: a path does not exist, or (if strict) a record is rejected.
        IndexUnusable: the index cannot be opened or written, or another process is writing it.
        EncoderError: the encoder of its vectors cannot be loaded; the articles are found by their words.

    """
    with _changing(index, "khabaryab add", report, options) as change:
        change.read(paths, change.put)
        return change.changes


def update_articles(paths: Sequence[Path], index: Path, options: ReadOptions, report: Report) -> Changes:
    """Replace the articles that are there and differ from those under `paths`. Reject other ids.

    Raises as `add_articles`.
    """
    with _changing(index, "khabaryab update", report, options) as change:
        change.read(paths, change.put_known)
        return change.changes


def remove_articles(ids: Sequence[str], index: Path, report: Report) -> Changes:
    """Remove the articles with these ids. Reject ids that no article has.

    Raises as `add_articles`.
    """
    with _changing(index, "khabaryab remove", report, ReadOptions(semantic_later=True)) as change:
        for article_id in ids:
            change.remove(article_id)
        return change.changes


def synchronize(paths: Sequence[Path], index: Path, options: ReadOptions, report: Report) -> Changes:
    """Make the archive hold just the articles under `paths`: add, replace and remove what differs.

    Raises:
        IndexShrinks: less than half of the articles would be left, without `allow_shrink`.
        ReadError, IndexUnusable, EncoderError: as `add_articles`.

    """
    with _changing(index, "khabaryab index --changed-only", report, options, at_once=True) as change:
        gone = change.archive.ids()
        before = len(gone)

        def put(article: Article) -> None:
            gone.discard(article.id)
            change.put(article)

        change.read(paths, put)
        if 2 * len(gone) > before and not options.allow_shrink:
            raise IndexShrinks(
                f"{index}: {len(gone):,} of {before:,} articles are not among those that were read; nothing "
                "was changed; if so many are to be removed, repeat with --allow-shrink"
            )
        for article_id in sorted(gone):
            change.remove(article_id)
        return change.changes


@contextmanager
def _changing(
    index: Path, doing: str, report: Report, options: ReadOptions, *, at_once: bool = False
) -> Iterator["_Change"]:
    """Make earlier changes visible, and in the end accept the new ones and make them visible, with vectors.

    If the block raises an error, what was not accepted yet changes nothing. Changes are accepted thousand by
    thousand, or `at_once`.
    """
    if generations.pointer_stamp(index) is None:
        generations.open_current(index)  # raises IndexMissing; the lock would make a folder
    with _clear_errors(index), writing(index, doing):
        visibility = Visibility(index)
        generation = visibility.manifest.generation
        with closing(ArchiveChanges(index, generation)) as archive, ReportFile(index, report) as recorded:
            visibility.catch_up(archive.accepted, report)
            at_once = at_once or options.strict
            change = _Change(archive, visibility, recorded, options, at_once, Changes(generation))
            yield change
            archive.commit()
            visibility.catch_up(archive.accepted, report)
            change.changes.articles = len(archive.ids())
        change.finish()
    if visibility.manifest.encoder and not options.semantic_later:
        change.changes.passages = _embed(index, change.changes, report)


def _embed(index: Path, changes: Changes, report: Report) -> int:
    """Make missing vectors. For few articles the bundled engine is sooner ready than PyTorch."""
    few = changes.added + changes.replaced <= _FEW
    return embed(index, report, load_query_encoder if few else load_passage_encoder).added.passages


@contextmanager
def _clear_errors(index: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise IndexInaccessible(
            f"{index}: stopped: {place}{error.strerror or error}; searches go on, and the same command "
            "goes on from where it was"
        ) from error


@dataclass(frozen=True, slots=True)
class _Change:
    """One change: the archive that accepts it, where its rejections go, and what it did so far."""

    archive: ArchiveChanges
    visibility: Visibility
    report: ReportFile
    options: ReadOptions
    at_once: bool
    changes: Changes

    def read(self, paths: Sequence[Path], put: Callable[[Article], None]) -> None:
        """Read articles and pass each to `put`."""
        exclude, follow_links = self.options.exclude, self.options.follow_links
        size = input_size(paths, follow_links=follow_links)
        with self.report.stage("reading", size, "bytes") as advance:
            for item in read_articles(paths, exclude=exclude, follow_links=follow_links, advance=advance):
                if isinstance(item, Article):
                    put(item)
                elif isinstance(item, Note):
                    self.report.noted(item)
                else:
                    self._reject(item)

    def _reject(self, rejection: Rejection) -> None:
        if self.options.strict:
            raise ReadError(f"{rejection} (stopped by --strict; nothing was changed)")
        self.report.rejected(rejection)

    def put(self, article: Article) -> None:
        """Add or replace an article, unless it is there already."""
        if self.archive.digest(article.id) == record_digest(article_record(article)):
            self.changes.unchanged += 1
            return
        try:
            self.visibility.analyse(article)
        except Exception as error:  # whatever goes wrong in one article must not stop the others
            self._reject(Rejection(f"article {article.id}", None, unexpected(error)))
            return
        self.changes.count(self.archive.put(article))
        if not self.at_once and (self.changes.added + self.changes.replaced) % _ACCEPTED_TOGETHER == 0:
            self.archive.commit()

    def put_known(self, article: Article) -> None:
        """Replace an article that is there; reject another one."""
        if self.archive.digest(article.id) is None:
            self._reject(Rejection(f"article {article.id}", None, "is not in the index; add it with `add`"))
        else:
            self.put(article)

    def remove(self, article_id: str) -> None:
        """Remove an article; reject an id that no article has."""
        if self.archive.remove(article_id):
            self.changes.removed += 1
        else:
            self._reject(Rejection(f"article {article_id}", None, "is not in the index"))

    def finish(self) -> None:
        """Sum up the report."""
        self.changes.rejected, self.changes.notes = self.report.rejections, self.report.notes
        if self.report.rejections or self.report.notes:
            self.changes.report = self.report.path
