"""A published generation, open for reading: its archive, its keyword index, its vectors."""

from pathlib import Path

from indexer import generations
from indexer.archive import Archive
from indexer.errors import IndexCorrupt
from indexer.generations import Manifest
from indexer.keyword import load_engine
from indexer.keyword.engine import KeywordIndex
from indexer.semantic.vectors import VectorIndex


class Snapshot:
    """One generation; everything in it belongs together. Safe to share between threads."""

    def __init__(
        self, manifest: Manifest, archive: Archive, keyword: KeywordIndex, vectors: VectorIndex | None
    ) -> None:
        self.manifest = manifest
        self.archive = archive
        self.keyword = keyword
        self.vectors = vectors

    @classmethod
    def open(cls, index: Path) -> "Snapshot":
        """Open the published generation of an index after verifying all its files.

        Raises:
            IndexUnusable: there is none, it was altered, or it was made by another version.
        """
        published = generations.open_current(index)
        manifest, directory = published.manifest, published.directory
        archive = Archive(index, manifest.generation)
        if len(archive) != manifest.articles:
            raise IndexCorrupt(
                f"{index}: the archive holds {len(archive)} of {manifest.articles} articles; build the index again"
            )
        # The hashes were verified above: whoosh unpickles its files.
        keyword = load_engine(manifest.engine).open(directory / generations.KEYWORD)
        if len(keyword) != manifest.articles:
            raise IndexCorrupt(
                f"{directory}: the keyword index does not fit the archive; build the index again"
            )
        vectors = VectorIndex(directory / generations.VECTORS) if manifest.encoder else None
        return cls(manifest, archive, keyword, vectors)

    def verify(self) -> None:
        """Check also the content of every article against what was built.

        Raises:
            IndexCorrupt: an article was altered.
        """
        if self.archive.check() != self.manifest.articles_sha256:
            raise IndexCorrupt("the archive's articles are not those that were built; build the index again")

    def close(self) -> None:
        """Release files and connections."""
        self.keyword.close()
        self.archive.close()
