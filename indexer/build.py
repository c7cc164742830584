"""Builds an index: reads and archives articles, builds the keyword and the vector index, publishes them.

A build makes a new generation. The published generation serves searches until the new one replaces it.
"""

import datetime as dt
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from indexer import generations
from indexer.archive import ARCHIVE_NAME, Archive, ArchiveWriter
from indexer.articles import Article, Note, Rejection
from indexer.errors import (
    IndexShrinks,
    ReadError,
    unexpected,
)
from indexer.every_article import EveryArticle, FaultyArticles
from indexer.generations import EncoderRecord, Manifest
from indexer.keyword import AUTO, chosen_engine, load_engine
from indexer.keyword.documents import document
from indexer.keyword.engine import KeywordEngine
from indexer.near_duplicate_files import write_clusters
from indexer.near_duplicates import Shingles, shingles
from indexer.outcome import clear_errors
from indexer.persian.analyzer import ANALYSIS_VERSION, PersianAnalyzer
from indexer.progress import Stages
from indexer.readers import input_size, read_articles
from indexer.report_file import ReportFile
from indexer.semantic.embedding import build_vectors, record_of, remove_checkpoints
from indexer.semantic.loading import load_passage_encoder, load_query_encoder
from indexer.workers import workers
from indexer.write_lock import writing

_COMMIT_EVERY = 2000


class Report(Stages, Protocol):
    """Receives progress reports from a build."""

    def rejected(self, rejection: Rejection) -> None:
        """Report one record that could not be read."""

    def noted(self, note: Note) -> None:
        """Report what the user should know about something that was read."""


@dataclass(frozen=True, slots=True)
class BuildOptions:
    """Options of a build. `engine` is `AUTO` or a name in `keyword.ENGINES`.

    `model` is None for the bundled encoder; `exclude` names fields to leave empty. `semantic_later` publishes
    without encoding anything; `indexer.semantic.embedding.embed` does that later. `follow_links` also reads
    symbolic links that lead out of the given folders. Without `allow_shrink` no index is published that holds
    less than half of the articles of the last one.
    """

    engine: str = AUTO
    model: str | None = None
    semantic: bool = True
    semantic_later: bool = False
    exclude: tuple[str, ...] = ()
    strict: bool = False
    follow_links: bool = False
    allow_shrink: bool = False


@dataclass(slots=True)
class Summary:
    """The results of a build: `seconds` for each stage, `bytes` on disk of the archive and the generation.

    `replaced` counts the articles that a later one with the same id replaced, `notes` the notes, and `report`
    is the file that lists the rejected records and the notes, if there are any. `reused` counts the passages
    that did not have to be encoded, `lagging` the articles that are published without their vectors.
    """

    generation: int = 0
    articles: int = 0
    rejected: int = 0
    replaced: int = 0
    notes: int = 0
    report: Path | None = None
    passages: int = 0
    reused: int = 0
    lagging: int = 0
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
    load_engine(
        chosen_engine(options.engine, articles=0)
    )  # an unknown one is refused before anything is read
    summary = Summary()
    with clear_errors(index, lambda: summary.generation), writing(index, "khabaryab index"):
        summary.generation = generations.begin(index)
        with closing(ArchiveWriter(index, summary.generation)) as writer:
            with ReportFile(index, report) as recorded:
                _read(paths, writer, options, recorded, summary)
                _check_size(index, options, summary)
                options = replace(options, engine=chosen_engine(options.engine, summary.articles))
                engine = load_engine(options.engine)
                try:
                    _build_sound(engine, index, writer, options, recorded, summary)
                except BaseException:
                    # Free the disk space of the failed build. Its checkpoint keeps the encoded vectors.
                    generations.discard(index, summary.generation)
                    raise
            writer.keep_only(generations.publish(index, summary.generation))
        remove_checkpoints(index)
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


def _build_vectors(
    archive: Archive, index: Path, directory: Path, options: BuildOptions, report: Report, summary: Summary
) -> EncoderRecord:
    with summary.timed("load encoder"):
        load = load_query_encoder if options.semantic_later else load_passage_encoder
        encoder = load(options.model)
    with summary.timed("semantic"):
        vectors = directory / generations.VECTORS
        made = build_vectors(archive, index, vectors, encoder, report, later=options.semantic_later)
    summary.passages, summary.reused = made.passages, made.reused
    summary.lagging = len(archive) - made.articles
    return record_of(encoder)


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
