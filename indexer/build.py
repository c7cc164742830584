"""Builds an index: reads and archives articles, builds the keyword and the vector index, publishes them.

A build makes a new generation. The published generation serves searches until the new one replaces it.
"""

import datetime as dt
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from indexer import generations
from indexer.archive import ARCHIVE_NAME, Archive, ArchiveWriter
from indexer.article_batches import Fault
from indexer.articles import Article, Note, Rejection
from indexer.errors import (
    IndexShrinks,
    IndexUnusable,
    ReadError,
    unexpected,
)
from indexer.every_article import EveryArticle, FaultyArticles
from indexer.generations import EncoderRecord, Manifest
from indexer.keyword import DEFAULT_ENGINE, load_engine
from indexer.keyword.documents import document
from indexer.keyword.engine import KeywordEngine
from indexer.near_duplicate_files import write_clusters
from indexer.near_duplicates import Shingles, shingles
from indexer.outcome import clear_errors
from indexer.persian.analyzer import ANALYSIS_VERSION, PersianAnalyzer
from indexer.readers import input_size, read_articles
from indexer.report_file import ReportFile
from indexer.semantic.checkpoint import Checkpoint
from indexer.semantic.encoder import Encoder
from indexer.semantic.loading import load_passage_encoder
from indexer.semantic.passages import passages
from indexer.semantic.vectors import DIGEST_BYTES, VectorIndex, quantize, write_vectors
from indexer.workers import workers
from indexer.write_lock import writing

# Texts that the encoder gets at once. A stopped build loses at most this many vectors.
_BATCH = 64
# Passages that are sorted by length together, so that the texts of a batch have similar lengths.
_WINDOW = 2048
_COMMIT_EVERY = 2000
_CHECKPOINTS = "encoded-*.checkpoint"

Advance = Callable[[int], None]


class Report(Protocol):
    """Receives progress reports from a build."""

    def stage(self, name: str, total: int, unit: str) -> AbstractContextManager[Advance]:
        """Begin a stage of `total` units. The build passes each number of finished units to the result."""

    def rejected(self, rejection: Rejection) -> None:
        """Report one record that could not be read."""

    def noted(self, note: Note) -> None:
        """Report what the user should know about something that was read."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """Options of a build. `model` is None for the bundled encoder; `exclude` names fields to leave empty.

    `follow_links` also reads symbolic links that lead out of the given folders. Without `allow_shrink` no
    index is published that holds less than half of the articles of the last one.
    """

    engine: str = DEFAULT_ENGINE
    model: str | None = None
    semantic: bool = True
    exclude: tuple[str, ...] = ()
    strict: bool = False
    follow_links: bool = False
    allow_shrink: bool = False


@dataclass(slots=True)
class Summary:
    """The results of a build: `seconds` for each stage, `bytes` on disk of the archive and the generation.

    `replaced` counts the articles that a later one with the same id replaced, `notes` the notes, and `report`
    is the file that lists the rejected records and the notes, if there are any. `reused` counts the passages
    that did not have to be encoded.
    """

    generation: int = 0
    articles: int = 0
    rejected: int = 0
    replaced: int = 0
    notes: int = 0
    report: Path | None = None
    passages: int = 0
    reused: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    bytes: int = 0

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Measure the seconds of a stage."""
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start


def build_index(paths: Sequence[Path], index: Path, options: BuildOptions, report: Report) -> Summary:
    """Build a new generation of `index` from all articles under `paths`, and publish it.

    The published generation serves searches until the new one is complete. After a stopped build the next
    build reuses the vectors that are already encoded.

    Raises:
        ReadError: a path does not exist, no article could be read, or (if strict) a record is rejected.
        IndexShrinks: the new index would hold less than half of the articles of the published one.
        EncoderError: the encoder cannot be loaded.
        IndexBusy: another process is building this index.
        IndexInaccessible: a file cannot be written, for instance because the disk is full. The message tells
            whether the new generation was published before.
        IndexCorrupt: the existing archive is broken.

    """
    engine = load_engine(options.engine)
    summary = Summary()
    with clear_errors(index, lambda: summary.generation), writing(index, "khabaryab index"):
        summary.generation = generations.begin(index)
        with closing(ArchiveWriter(index, summary.generation)) as writer:
            with ReportFile(index, report) as recorded:
                _read(paths, writer, options, recorded, summary)
                _check_size(index, options, summary)
                try:
                    _build_sound(engine, index, writer, options, recorded, summary)
                except BaseException:
                    # Free the disk space of the failed build. Its checkpoint keeps the encoded vectors.
                    generations.discard(index, summary.generation)
                    raise
            writer.keep_only(generations.publish(index, summary.generation))
        for checkpoint in index.glob(_CHECKPOINTS):
            checkpoint.unlink()
        summary.bytes = _size(index, summary.generation)
    return summary


def _size(index: Path, number: int) -> int:
    files = (*generations.generation_directory(index, number).rglob("*"), *index.glob(f"{ARCHIVE_NAME}*"))
    return sum(path.stat().st_size for path in files if path.is_file())


def _build_indexes(
    engine: KeywordEngine, index: Path, options: BuildOptions, report: Report, summary: Summary
) -> None:
    """Write and seal all files of a generation. Its articles are already in the archive.

    Raises:
        FaultyArticles: the analysis fails on some articles.

    """
    directory = generations.generation_directory(index, summary.generation)
    with closing(Archive(index, summary.generation)) as archive:
        with workers(summary.articles) as working:
            every = EveryArticle(working, index, summary.generation, summary.articles, report.stage)
            with summary.timed("learn"):
                learned = every.learn(directory / generations.COMPOUNDS)
            with summary.timed("keyword"):
                finder = every.index_words(engine, directory, learned)
        with summary.timed("near-duplicates"):
            analyzer = PersianAnalyzer(learned)

            def shingles_of(number: int) -> Shingles:
                return shingles(document(number, archive.get(number), analyzer))

            clusters = finder.clusters(shingles_of)
            write_clusters(directory / generations.NEAR_DUPLICATES, clusters, finder.sketches)
        encoder = (
            _build_vectors(archive, index, directory, options, report, summary) if options.semantic else None
        )
        with summary.timed("publish"):
            generations.seal(directory, _manifest(summary, options.engine, encoder, archive.fingerprint()))


def _read(
    paths: Sequence[Path], writer: ArchiveWriter, options: BuildOptions, report: ReportFile, summary: Summary
) -> None:
    follow_links = options.follow_links
    size = input_size(paths, follow_links=follow_links)
    with summary.timed("read"), report.stage("reading", size, "bytes") as advance:
        for item in read_articles(paths, exclude=options.exclude, follow_links=follow_links, advance=advance):
            if isinstance(item, Article):
                writer.add(item)
                if writer.count % _COMMIT_EVERY == 0:
                    writer.commit()
            elif isinstance(item, Note):
                report.noted(item)
            else:
                _reject(item, options, report)
        writer.commit()
    _count(writer, report, summary)
    if not writer.count:
        where = ", ".join(map(str, paths))
        raise ReadError(f"{where}: no article could be read; nothing was published")


def _count(writer: ArchiveWriter, report: ReportFile, summary: Summary) -> None:
    summary.articles, summary.replaced = writer.count, writer.replaced
    summary.rejected, summary.notes = report.rejections, report.notes
    summary.report = report.path if report.rejections or report.notes else None


def _reject(rejection: Rejection, options: BuildOptions, report: ReportFile) -> None:
    if options.strict:
        raise ReadError(f"{rejection} (stopped by --strict; nothing was published)")
    report.rejected(rejection)


def _check_size(index: Path, options: BuildOptions, summary: Summary) -> None:
    """Raise IndexShrinks if a published index would lose more than half of its articles."""
    published = generations.published_articles(index) or 0
    if options.allow_shrink or 2 * summary.articles >= published:
        return
    listed = f"; {summary.report} lists what was rejected" if summary.rejected else ""
    raise IndexShrinks(
        f"{index}: {summary.articles:,} articles were read, but the published index holds {published:,}: it "
        f"keeps serving, and nothing was published{listed}; if so few are right, repeat with --allow-shrink"
    )


def _build_sound(
    engine: KeywordEngine,
    index: Path,
    writer: ArchiveWriter,
    options: BuildOptions,
    report: ReportFile,
    summary: Summary,
) -> None:
    """Build the indexes; if that fails because of some articles, reject these and build again."""
    try:
        _build_indexes(engine, index, options, report, summary)
    except FaultyArticles as found:
        for fault in found.faults:
            rejection = Rejection(f"article {fault.article_id}", None, unexpected(fault.error))
            _reject(rejection, options, report)
        writer.remove([fault.number for fault in found.faults])
        writer.commit()
        _count(writer, report, summary)
        generations.discard(index, summary.generation)
        _build_indexes(engine, index, options, report, summary)


def checkpoint_path(index: Path, fingerprint: str) -> Path:
    """Return the path at which builds of `index` store and find the encoded vectors of one encoder."""
    return index / _CHECKPOINTS.replace("*", fingerprint)


def _build_vectors(
    archive: Archive, index: Path, directory: Path, options: BuildOptions, report: Report, summary: Summary
) -> EncoderRecord:
    with summary.timed("load encoder"):
        encoder = load_passage_encoder(options.model)
    record = EncoderRecord(encoder.name, encoder.fingerprint, encoder.dimension, dict(encoder.prompts))
    with summary.timed("semantic"):
        path = checkpoint_path(index, encoder.fingerprint)
        with Checkpoint(path, encoder.dimension) as known:
            if earlier := _earlier_vectors(index, record):
                known.reuse(earlier)
            plan = _plan(archive)
            missing = len({digest for digest in plan.digests if digest not in known})
            summary.passages, summary.reused = len(plan.digests), len(plan.digests) - missing
            with report.stage("semantic index", missing, "passages") as advance:
                _encode_missing(archive, encoder, known, advance)
            plan.write(directory / generations.VECTORS, known, encoder.dimension)
    return record


def _earlier_vectors(index: Path, record: EncoderRecord) -> VectorIndex | None:
    """Return the published vectors if the same encoder made them; None also for a broken index."""
    try:
        published = generations.open_current(index)
        earlier = published.manifest.encoder
        if earlier is None or earlier.fingerprint != record.fingerprint:
            return None
        return VectorIndex(published.directory / generations.VECTORS)
    except IndexUnusable:
        return None


@dataclass(frozen=True, slots=True)
class _Plan:
    """All passages of a build: their content hashes and spans, and the first row of each article.

    `first_rows` has one entry more than there are articles: the end of the last one.
    """

    digests: list[bytes]
    spans: list[tuple[int, int]]
    first_rows: list[int]

    def write(self, directory: Path, known: Checkpoint, dimension: int) -> None:
        codes = np.empty((len(self.digests), dimension), dtype=np.int8)
        scales = np.empty(len(self.digests), dtype=np.float32)
        for row, digest in enumerate(self.digests):
            vector = known.get(digest)
            if vector is None:
                raise RuntimeError("a passage was planned but not encoded")
            codes[row], scales[row] = vector
        directory.mkdir()
        write_vectors(
            directory,
            codes,
            scales,
            np.array(self.first_rows, dtype=np.int64),
            np.array(self.spans, dtype=np.int32).reshape(-1, 2),
            np.frombuffer(b"".join(self.digests), dtype=np.uint8).reshape(-1, DIGEST_BYTES),
        )


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()


def _plan(archive: Archive) -> _Plan:
    plan = _Plan([], [], [0])
    faults: list[Fault] = []
    for number, article in enumerate(archive.articles()):
        try:
            cut = passages(article)
        except Exception as error:  # this must not happen for any text; it tells for which text it does
            faults.append(Fault(number, article.id, error))
            continue
        for passage in cut:
            plan.digests.append(_digest(passage.text))
            plan.spans.append((passage.start, passage.end))
        plan.first_rows.append(len(plan.digests))
    if faults:
        raise FaultyArticles(faults)
    return plan


def _encode_missing(archive: Archive, encoder: Encoder, known: Checkpoint, advance: Advance) -> None:
    window: dict[bytes, str] = {}
    for article in archive.articles():
        for passage in passages(article):
            digest = _digest(passage.text)
            if digest not in known:
                window[digest] = passage.text
        if len(window) >= _WINDOW:
            _encode(window, encoder, known, advance)
            window.clear()
    _encode(window, encoder, known, advance)


def _encode(window: dict[bytes, str], encoder: Encoder, known: Checkpoint, advance: Advance) -> None:
    longest_first = sorted(window, key=lambda digest: -len(window[digest]))
    for start in range(0, len(longest_first), _BATCH):
        batch = longest_first[start : start + _BATCH]
        known.store(batch, *quantize(encoder.encode_passages([window[digest] for digest in batch])))
        advance(len(batch))


def _manifest(summary: Summary, engine: str, encoder: EncoderRecord | None, articles_sha256: str) -> Manifest:
    return Manifest(
        generation=summary.generation,
        created=dt.datetime.now(dt.UTC).replace(microsecond=0),
        articles=summary.articles,
        passages=summary.passages,
        rejected=summary.rejected,
        engine=engine,
        analysis=ANALYSIS_VERSION,
        encoder=encoder,
        articles_sha256=articles_sha256,
        files={},
    )
