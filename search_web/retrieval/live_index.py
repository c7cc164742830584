"""Keeps the published generation of an index open, and switches to a newer one while searches go on.

Each build publishes a new generation of the index and moves a pointer to it. Vectors are also added to the
published generation.
"""

import logging
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from indexer import generations
from indexer.errors import IndexCorrupt, IndexMissing, KhabaryabError
from indexer.snapshot import Snapshot
from search_web.contract.searcher import Facets
from search_web.retrieval.back_off import BackOff
from search_web.retrieval.query_encoder import LoadEncoder, QueryEncoder

log = logging.getLogger("khabaryab")

# Seconds until a generation that could not be opened is tried again: a passing failure (too many open files)
# is soon over, but each attempt at a broken generation delays one search.
FIRST_RETRY, LAST_RETRY = 1.0, 60.0

# Of the published generation, and of the newest commit of the open one.
_Stamps = tuple[Hashable, Hashable]


class OpenGeneration:
    """An open generation with the encoder of its vectors; counts the searches that use it.

    It closes when it has been retired and the last of these searches has finished.
    """

    def __init__(self, snapshot: Snapshot, encoder: QueryEncoder | None) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        self._users = 0
        self._retired = False
        self._reported = ""  # the last warning about vectors
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The number of the generation in six digits, as in the name of its folder."""
        return f"{self.snapshot.manifest.generation:06d}"

    @property
    def version(self) -> str:
        """Changes whenever answers may change: the name, the commit, and how many passages have vectors."""
        vectors, commit = self.snapshot.vectors, self.snapshot.commit
        return f"{self.name}.{commit.articles}.{commit.removals}.{0 if vectors is None else len(vectors)}"

    @property
    def has_vectors(self) -> bool:
        """Whether at least one article has vectors."""
        return bool(self.snapshot.vectors)

    def follow_vectors(self) -> None:
        """Take vectors that were added to the generation. If they cannot be opened, the older ones serve."""
        try:
            self.snapshot.follow_vectors()
        except KhabaryabError as error:
            if str(error) != self._reported:
                log.warning("%s (the vectors before it go on serving)", error)
            self._reported = str(error)

    @cached_property
    def facets(self) -> Facets:
        """Sources and categories (most frequent first) and days. Cached: a commit never changes."""
        archive = self.snapshot.archive
        first, last = archive.day_range()
        return Facets(
            sources=tuple(name for name, _ in archive.counts("source")),
            categories=tuple(name for name, _ in archive.counts("category")),
            first=first,
            last=last,
            articles=len(self.snapshot.keyword),
            semantic=self.encoder is not None,
        )

    def take(self) -> None:
        """Register one more search that uses the generation."""
        with self._lock:
            self._users += 1

    def release(self) -> None:
        """Unregister a search; closes a retired generation after its last one."""
        with self._lock:
            self._users -= 1
            self._close_if_done()

    def retire(self) -> None:
        """Close the generation as soon as no search uses it."""
        with self._lock:
            self._retired = True
            self._close_if_done()

    def _close_if_done(self) -> None:
        if self._retired and not self._users:
            self.snapshot.close()


class LiveIndex:
    """Runs searches on the published generation and switches to newer ones. Safe to share between threads.

    Each search checks whether a newer generation was published, or this one has a newer commit or vectors.
    One thread opens what is newer, while the others still use the older one. If it cannot be opened, the
    error is logged once and the older one stays in use. A search tries again after a while, or as soon as
    something yet newer is there.
    """

    def __init__(self, index: Path, load: LoadEncoder) -> None:
        self._index = index
        self._load = load
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._seen: _Stamps = None, None  # of the generation and the commit that were last tried
        self._open: OpenGeneration | None = None
        self._pointer: Hashable = None  # the stamp of the generation that is open
        self._attempts = BackOff(FIRST_RETRY, LAST_RETRY)

    @property
    def failure(self) -> KhabaryabError | None:
        """Why an older generation serves than the published one; None if the published one serves."""
        return self._attempts.failure

    def run[Result](self, work: Callable[[OpenGeneration], Result]) -> Result:
        """Call `work` with the published generation and return its result.

        If the generation turns out to be outdated and corrupt, `work` runs once more on the newer one.

        Raises:
            IndexUnusable: no generation can be opened.

        """
        with self._leased() as generation:
            try:
                return work(generation)
            except IndexCorrupt:
                # If two newer generations were published meanwhile, the articles of this one were deleted.
                if not self._is_outdated():
                    raise
        with self._leased() as newer:
            return work(newer)

    def close(self) -> None:
        """Close the index after the running searches have finished; does not wait for them."""
        with self._lock:
            if self._open:
                self._open.retire()
            self._open, self._seen = None, (None, None)

    def _is_outdated(self) -> bool:
        return self._stamps() != self._seen

    def _stamps(self) -> _Stamps:
        """Return values that change with each generation that is published, and with each commit of ours."""
        opened = self._open
        return generations.pointer_stamp(self._index), opened.snapshot.newest_stamp() if opened else None

    @contextmanager
    def _leased(self) -> Iterator[OpenGeneration]:
        generation = self._taken()
        try:
            yield generation
        finally:
            generation.release()

    def _taken(self) -> OpenGeneration:
        if self._open is None or self._is_outdated() or self._attempts.failure:
            self._move()
        with self._lock:
            if self._open is None:
                raise IndexMissing(f"{self._index}: was closed meanwhile")
            self._open.take()
            taken = self._open
        taken.follow_vectors()
        return taken

    def _move(self) -> None:
        if not self._opening.acquire(blocking=self._open is None):
            return
        try:
            # Read the stamps before opening. If something yet newer comes meanwhile, they differ then, and
            # the next search opens it.
            stamps = self._stamps()
            if stamps != self._seen:
                self._attempts.restart()
            elif self._open is not None and not self._is_due():
                return
            newer = self._opened(same_generation=stamps[0] == self._pointer)
            with self._lock:
                older, self._open = self._open, newer or self._open
                self._seen = (stamps[0], newer.snapshot.stamp) if newer else stamps
                self._pointer = stamps[0] if newer else self._pointer
            if newer and older:
                older.retire()
                if newer.name != older.name:
                    log.info("generation %s serves now", newer.name)
        finally:
            self._opening.release()

    def _is_due(self) -> bool:
        return self._attempts.failure is not None and self._attempts.may_try()

    def _opened(self, *, same_generation: bool) -> OpenGeneration | None:
        """Open what is published; return None if that fails and something older is still open."""
        try:
            opened = self._opened_or_refused(same_generation=same_generation)
        except KhabaryabError as error:
            if self._open is None:
                raise
            if self._attempts.failed(error):
                log.warning("%s (generation %s goes on serving)", error, self._open.name)
            return None
        self._attempts.succeeded()
        return opened

    def _opened_or_refused(self, *, same_generation: bool) -> OpenGeneration:
        if self._open and same_generation:
            snapshot = self._open.snapshot.reopened()
        else:
            snapshot = Snapshot.open(self._index)
        try:
            return OpenGeneration(snapshot, self._encoder_of(snapshot))
        except BaseException:
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
            encoder.require_match()
        return encoder
