"""The published generation of an index, followed from one to the next while searches go on."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from indexer import generations
from indexer.errors import IndexCorrupt, IndexMissing, KhabaryabError
from indexer.snapshot import Snapshot
from search_web.contract.searcher import Facets
from search_web.retrieval.query_encoder import LoadEncoder, QueryEncoder

log = logging.getLogger("khabaryab")


class OpenGeneration:
    """A generation that is open, with the encoder of its vectors, and the searches that use it.

    It is closed when it has been retired and the last of them is done.
    """

    def __init__(self, snapshot: Snapshot, encoder: QueryEncoder | None) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        self._users = 0
        self._retired = False
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """Its number as folders are called."""
        return f"{self.snapshot.manifest.generation:06d}"

    @cached_property
    def facets(self) -> Facets:
        """Sources and categories (most frequent first) and days; a generation never changes."""
        archive = self.snapshot.archive
        first, last = archive.day_range()
        return Facets(
            sources=tuple(name for name, _ in archive.counts("source")),
            categories=tuple(name for name, _ in archive.counts("category")),
            first=first,
            last=last,
            articles=self.snapshot.manifest.articles,
            semantic=self.encoder is not None,
        )

    def take(self) -> None:
        """Count one more user."""
        with self._lock:
            self._users += 1

    def release(self) -> None:
        """Count one user less."""
        with self._lock:
            self._users -= 1
            self._close_if_done()

    def retire(self) -> None:
        """Close as soon as nobody uses it."""
        with self._lock:
            self._retired = True
            self._close_if_done()

    def _close_if_done(self) -> None:
        if self._retired and not self._users:
            self.snapshot.close()


class LiveIndex:
    """Gives the published generation, and moves to a newer one by itself. Safe to share between threads.

    One thread opens (and verifies) the newer generation; the others are given the older one. A newer one
    that cannot be opened is logged once, and the older one goes on serving.
    """

    def __init__(self, index: Path, load: LoadEncoder) -> None:
        self._index = index
        self._load = load
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._open: OpenGeneration | None = None

    def run[Result](self, work: Callable[[OpenGeneration], Result]) -> Result:
        """Return what `work` makes of the published generation.

        Raises:
            IndexUnusable: no generation can be opened.

        """
        with self._leased() as generation:
            try:
                return work(generation)
            except IndexCorrupt:
                # Two newer ones published meanwhile take the articles of this one with them.
                if not self._is_outdated():
                    raise
        with self._leased() as newer:
            return work(newer)

    def close(self) -> None:
        """Release the index; what is under way is finished first."""
        with self._lock:
            if self._open:
                self._open.retire()
            self._open, self._seen = None, None

    def _is_outdated(self) -> bool:
        return generations.pointer_stamp(self._index) != self._seen

    @contextmanager
    def _leased(self) -> Iterator[OpenGeneration]:
        generation = self._taken()
        try:
            yield generation
        finally:
            generation.release()

    def _taken(self) -> OpenGeneration:
        if self._open is None or self._is_outdated():
            self._move()
        with self._lock:
            if self._open is None:
                raise IndexMissing(f"{self._index}: was closed meanwhile")
            self._open.take()
            return self._open

    def _move(self) -> None:
        if not self._opening.acquire(blocking=self._open is None):
            return
        try:
            # Read first: what is published while this one is being opened is seen by the next search.
            stamp = generations.pointer_stamp(self._index)
            if self._open is not None and stamp == self._seen:
                return
            newer = self._opened()
            with self._lock:
                older, self._open = self._open, newer or self._open
                self._seen = stamp
            if newer and older:
                older.retire()
                log.info("generation %s serves now", newer.name)
        finally:
            self._opening.release()

    def _opened(self) -> OpenGeneration | None:
        """Return the published generation, or None when an older one has to go on serving."""
        try:
            return self._opened_or_refused()
        except KhabaryabError as error:
            if self._open is None:
                raise
            log.warning("%s (generation %s goes on serving)", error, self._open.name)
            return None

    def _opened_or_refused(self) -> OpenGeneration:
        snapshot = Snapshot.open(self._index)
        try:
            if self._open:
                snapshot.vocabulary.load()  # before the first search, which may be a reader's
            return OpenGeneration(snapshot, self._encoder_of(snapshot))
        except KhabaryabError:
            snapshot.close()
            raise

    def _encoder_of(self, snapshot: Snapshot) -> QueryEncoder | None:
        made_with = snapshot.manifest.encoder
        if made_with is None:
            return None
        current = self._open.encoder if self._open else None
        if current and current.made_with == made_with:
            return current
        encoder = QueryEncoder(made_with, self._load)
        if current and current.was_needed:
            encoder.load()
        return encoder
