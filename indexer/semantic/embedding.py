"""Encodes the articles of a generation that have no vectors yet, and appends their vectors.

A full build does it before it publishes the generation. `embed` does it afterwards, newest articles first,
while the generation already answers searches.
"""

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from indexer import generations
from indexer.archive import Archive
from indexer.articles import Article
from indexer.errors import IndexInaccessible, IndexMismatch, IndexUnusable, UsageError
from indexer.generations import EncoderRecord, Published
from indexer.progress import Advance, Stages
from indexer.semantic.checkpoint import Checkpoint, KnownVectors
from indexer.semantic.encoder import Encoder
from indexer.semantic.loading import load_passage_encoder
from indexer.semantic.passages import Passage, passages
from indexer.semantic.vector_files import DIGEST_BYTES
from indexer.semantic.vector_writer import VectorBlock, VectorWriter
from indexer.semantic.vectors import VectorIndex, quantize
from indexer.write_lock import writing

# Texts that the encoder gets at once. A stopped build loses at most this many vectors.
BATCH = 64
# Passages that are sorted by length together, so that the texts of a batch have similar lengths.
_WINDOW = 2048
# Articles that wait for a window at most, also if none of their passages has to be encoded.
_WINDOW_ARTICLES = 4096
_EVERY_ARTICLE = 2**31 - 1
# While an index serves, searches should see new vectors soon. A commit takes some hundredths of a second.
_COMMIT_SECONDS = 2.0
_CHECKPOINTS = "encoded-*.checkpoint"


@dataclass(slots=True)
class Encoded:
    """The passages of the articles that were appended; `reused` were encoded earlier."""

    articles: int = 0
    passages: int = 0
    reused: int = 0


def checkpoint_path(index: Path, fingerprint: str) -> Path:
    """Return the path at which builds of `index` store and find the encoded vectors of one encoder."""
    return index / _CHECKPOINTS.replace("*", fingerprint)


def remove_checkpoints(index: Path) -> None:
    """Remove the vectors of stopped builds. The published generation must have them, or need them no more."""
    for checkpoint in index.glob(_CHECKPOINTS):
        checkpoint.unlink()


def record_of(encoder: Encoder) -> EncoderRecord:
    """Return what the manifest says of an encoder."""
    return EncoderRecord(encoder.name, encoder.fingerprint, encoder.dimension, dict(encoder.prompts))


def earlier_vectors(index: Path, record: EncoderRecord) -> VectorIndex | None:
    """Return the published vectors if the same encoder made them; None also for a broken index."""
    try:
        published = generations.open_current(index)
        earlier = published.manifest.encoder
        if earlier is None or earlier.fingerprint != record.fingerprint:
            return None
        vectors = VectorIndex(published.directory / generations.VECTORS, _EVERY_ARTICLE)
        vectors.check()
    except IndexUnusable:
        return None
    return vectors


class ArticleEncoder:
    """Makes the vectors of articles, of which it encodes only those that are not known.

    Without an encoder it makes those of the articles whose passages are all known. `advance` gets the numbers
    of articles that are done.
    """

    def __init__(self, known: KnownVectors, encoder: Encoder | None, advance: Advance) -> None:
        self._known = known
        self._encoder = encoder
        self._advance = advance
        self.done = Encoded()

    def blocks(self, articles: Iterable[tuple[int, Article]], window: int = _WINDOW) -> Iterator[VectorBlock]:
        """Yield the vectors of articles, given with their numbers, in blocks of whole articles.

        For a block, `window` passages are encoded, or a few more.
        """
        waiting = _Window()
        for number, article in articles:
            waiting.add(number, passages(article), self._known)
            if len(waiting.missing) >= window or len(waiting.articles) >= _WINDOW_ARTICLES:
                yield self._block(waiting)
                waiting = _Window()
        yield self._block(waiting)

    def _block(self, waiting: "_Window") -> VectorBlock:
        if self._encoder:
            self._encode(waiting, self._encoder)
        else:
            self._advance(len(waiting.articles))
        block = waiting.block(self._known)
        self.done.articles += len(np.unique(block.owners))
        self.done.passages += len(block.owners)
        self.done.reused += len(block.owners) - (len(waiting.missing) if self._encoder else 0)
        return block

    def _encode(self, waiting: "_Window", encoder: Encoder) -> None:
        articles, passed = len(waiting.articles), 0
        for share in _encoded(waiting.missing, encoder, self._known):
            self._advance(int(share * articles) - passed)
            passed = int(share * articles)
        self._advance(articles - passed)


@dataclass(slots=True)
class _Window:
    """Articles whose vectors are made together; `missing` are the texts to encode, by content hash."""

    articles: list[tuple[int, list[tuple[bytes, Passage]]]] = field(default_factory=list)
    missing: dict[bytes, str] = field(default_factory=dict)

    def add(self, number: int, made: list[Passage], known: KnownVectors) -> None:
        hashed = [(_digest(passage.text), passage) for passage in made]
        self.articles.append((number, hashed))
        self.missing.update((digest, passage.text) for digest, passage in hashed if digest not in known)

    def block(self, known: KnownVectors) -> VectorBlock:
        """Return the vectors of the articles whose passages are all known."""
        rows = [
            (number, digest, passage)
            for number, hashed in self.articles
            if all(digest in known for digest, _ in hashed)
            for digest, passage in hashed
        ]
        digests = [digest for _, digest, _ in rows]
        return VectorBlock(
            np.array([number for number, _, _ in rows], dtype=np.int32),
            np.array([(passage.start, passage.end) for *_, passage in rows], dtype=np.int32).reshape(-1, 2),
            np.frombuffer(b"".join(digests), dtype=np.uint8).reshape(-1, DIGEST_BYTES),
            *known.vectors(digests),
        )


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=DIGEST_BYTES).digest()


def _encoded(texts: dict[bytes, str], encoder: Encoder, known: KnownVectors) -> Iterator[float]:
    """Encode texts, given by content hash, and yield after each batch which share of them is done."""
    longest_first = sorted(texts, key=lambda digest: -len(texts[digest]))
    for start in range(0, len(longest_first), BATCH):
        batch = longest_first[start : start + BATCH]
        known.store(batch, *quantize(encoder.encode_passages([texts[digest] for digest in batch])))
        yield (start + len(batch)) / len(texts)


def build_vectors(
    archive: Archive, index: Path, directory: Path, encoder: Encoder, report: Stages, *, later: bool
) -> Encoded:
    """Write the vectors of all articles of a generation that is being built, into a new folder.

    With `later`, nothing is encoded: only articles whose texts an earlier build has encoded get vectors.
    """
    record = record_of(encoder)
    with Checkpoint(checkpoint_path(index, encoder.fingerprint), encoder.dimension) as known:
        if earlier := earlier_vectors(index, record):
            known.reuse(earlier)
        with (
            VectorWriter(directory, encoder.dimension) as writer,
            report.stage("semantic index", len(archive), "articles") as advance,
        ):
            making = ArticleEncoder(known, None if later else encoder, advance)
            for block in making.blocks(enumerate(archive.articles())):
                writer.append(block)
            writer.commit()
    return making.done


@dataclass(frozen=True, slots=True)
class Embedded:
    """The result of `embed`: `added` of `articles` got their vectors now; `passages` have one in all."""

    articles: int
    added: Encoded
    passages: int


def embed(
    index: Path, report: Stages, load: Callable[[str | None], Encoder] = load_passage_encoder
) -> Embedded:
    """Give vectors to the articles of the published generation that have none, newest first.

    What is encoded is committed every few seconds, and searches use it from then on. When stopped, the next
    call goes on.

    Raises:
        UsageError: the index was built without vectors.
        IndexMismatch: the encoder has changed since the index was built.
        IndexUnusable: the index cannot be opened or written, or another process is writing it.
        EncoderError: the encoder cannot be loaded.

    """
    if generations.pointer_stamp(index) is None:
        generations.open_current(index)  # raises IndexMissing; the lock would make a folder
    with _clear_errors(index), writing(index, "khabaryab embed"):
        published = generations.open_current(index)
        made_with = published.manifest.encoder
        if made_with is None:
            raise UsageError(
                f"{index}: built with --no-semantic, so it has no vectors: build the index again without it"
            )
        return _embedded(index, published, made_with, report, load)


@contextmanager
def _clear_errors(index: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise IndexInaccessible(
            f"{index}: stopped: {place}{error.strerror or error}; the same command goes on from where it was"
        ) from error


def _embedded(
    index: Path,
    published: Published,
    made_with: EncoderRecord,
    report: Stages,
    load: Callable[[str | None], Encoder],
) -> Embedded:
    directory = published.directory / generations.VECTORS
    with closing(Archive(index, published.manifest.generation)) as archive:
        vectors = VectorIndex(directory, archive.given())
        accepted = len(archive)
        newest = np.array(archive.newest_first(), dtype=np.int64)
        missing = newest[~vectors.holds(newest)].tolist()
        if not missing:
            return Embedded(accepted, Encoded(), len(vectors))
        encoder = _matching(load(made_with.name), made_with, index)
        known = KnownVectors(encoder.dimension)
        known.reuse(vectors)
        with (
            VectorWriter(directory, encoder.dimension) as writer,
            report.stage("semantic index", len(missing), "articles") as advance,
        ):
            making = ArticleEncoder(known, encoder, advance)
            _append(making.blocks(((number, archive.get(number)) for number in missing), BATCH), writer)
    return Embedded(accepted, making.done, len(writer))


def _matching(encoder: Encoder, made_with: EncoderRecord, index: Path) -> Encoder:
    if encoder.fingerprint == made_with.fingerprint:
        return encoder
    raise IndexMismatch(
        f"{index}: made with another encoder than {encoder.name} as it is now; build the index again"
    )


def _append(blocks: Iterable[VectorBlock], writer: VectorWriter) -> None:
    committed = -math.inf  # so that the first block is visible at once
    for block in blocks:
        writer.append(block)
        if time.monotonic() - committed >= _COMMIT_SECONDS:
            writer.commit()
            committed = time.monotonic()
    writer.commit()
