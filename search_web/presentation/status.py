"""Describes the contents of an index, for `khabaryab status`."""

from pathlib import Path

import msgspec

from indexer import generations
from indexer.archive import ARCHIVE_NAME
from indexer.snapshot import Snapshot


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """What the published generation holds and how it was made.

    `passages` have vectors, which belong to the share `embedded` (0 to 1) of the articles; it is None for an
    index without vectors. `bytes` is the size on disk of the generation and the archive. Times and days are
    ISO text. `sources` and `categories` map names to numbers of articles.
    """

    index: str
    generation: str
    created: str
    articles: int
    rejected: int
    passages: int
    embedded: float | None
    engine: str
    analysis: str
    encoder: str | None
    dimension: int | None
    first_day: str | None
    last_day: str | None
    sources: dict[str, int]
    categories: dict[str, int]
    bytes: int


def describe(index: Path, snapshot: Snapshot) -> Status:
    """Describe an open generation."""
    manifest = snapshot.manifest
    first, last = snapshot.archive.day_range()
    directory = generations.generation_directory(index, manifest.generation)
    files = (*directory.rglob("*"), *index.glob(f"{ARCHIVE_NAME}*"))
    return Status(
        index=str(index),
        generation=f"{manifest.generation:06d}",
        created=manifest.created.isoformat(),
        articles=len(snapshot.keyword),
        rejected=manifest.rejected,
        passages=len(snapshot.vectors or ()),
        embedded=_embedded(snapshot),
        engine=manifest.engine,
        analysis=manifest.analysis,
        encoder=manifest.encoder.name if manifest.encoder else None,
        dimension=manifest.encoder.dimension if manifest.encoder else None,
        first_day=first.isoformat() if first else None,
        last_day=last.isoformat() if last else None,
        sources=dict(snapshot.archive.counts("source")),
        categories=dict(snapshot.archive.counts("category")),
        bytes=sum(path.stat().st_size for path in files if path.is_file()),
    )


def _embedded(snapshot: Snapshot) -> float | None:
    if snapshot.vectors is None:
        return None
    return snapshot.vectors.articles / max(snapshot.manifest.articles, 1)
