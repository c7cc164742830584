"""Encodes queries with the encoder that made the vectors of the index; loads it when first needed.

Vectors of two encoders cannot be compared, so another encoder is never used instead.
"""

import logging
import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError, IndexMismatch, KhabaryabError
from indexer.generations import EncoderRecord
from indexer.semantic.encoder import Encoder

log = logging.getLogger("khabaryab")

# A failed load can take long (the model hub may be unreachable, a changed model is hashed), and each retry
# delays one search.
RETRY_SECONDS = 60.0

LoadEncoder = Callable[[str | None], Encoder]


class QueryEncoder:
    """Returns query vectors, or None while the encoder cannot be loaded. Safe to share between threads."""

    def __init__(self, made_with: EncoderRecord, load: LoadEncoder) -> None:
        self.made_with = made_with
        self._load = load
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._failure: KhabaryabError | None = None
        self._failed_at = 0.0

    @property
    def failure(self) -> KhabaryabError | None:
        """Why the encoder cannot be used; None when it is loaded or was never needed."""
        return self._failure

    @property
    def was_needed(self) -> bool:
        """Whether the encoder was loaded, or loading it failed."""
        return bool(self._encoder or self._failure)

    def require_match(self) -> None:
        """Load the encoder now, if that has not been tried lately; an encoder that is missing is no error.

        Raises:
            IndexMismatch: the encoder of that name is not the one that made the vectors of the index.

        """
        self._loaded_or_none(refuse_mismatch=True)
        if isinstance(self._failure, IndexMismatch):
            raise IndexMismatch(str(self._failure))

    def _loaded_or_none(self, *, refuse_mismatch: bool = False) -> Encoder | None:
        """Return the encoder, or None when it cannot be loaded or has changed.

        A failure is logged once. Loading is retried after `RETRY_SECONDS`. With `refuse_mismatch` a changed
        encoder raises IndexMismatch instead, which the caller reports.
        """
        if self._encoder:
            return self._encoder
        # All threads wait for the first load. During a retry the other threads continue without the encoder.
        if not self._lock.acquire(blocking=not self._failure):
            return None
        try:
            if self._encoder is None and self._may_try():
                self._try(refuse_mismatch)
            return self._encoder
        finally:
            self._lock.release()

    def vector(self, text: str) -> NDArray[np.float32] | None:
        """Return the unit vector [dimension] of a query, or None without a usable encoder."""
        encoder = self._loaded_or_none()
        if encoder is None:
            return None
        try:
            vectors = encoder.encode_queries([text])
        except (EncoderError, RuntimeError) as error:
            log.warning("only keywords are searched: %s", error)
            return None
        vector: NDArray[np.float32] = vectors[0]
        return vector

    def _may_try(self) -> bool:
        return not self._failure or time.monotonic() - self._failed_at >= RETRY_SECONDS

    def _try(self, refuse_mismatch: bool) -> None:
        try:
            self._encoder = self._matching()
        except KhabaryabError as error:
            if refuse_mismatch and isinstance(error, IndexMismatch):
                raise
            if str(error) != str(self._failure):
                log.warning("only keywords are searched: %s", error)
            self._failure, self._failed_at = error, time.monotonic()
            return
        if self._failure:
            log.info("the encoder %s is loaded now", self.made_with.name)
        self._failure = None

    def _matching(self) -> Encoder:
        try:
            encoder = self._load(self.made_with.name)
        except KhabaryabError:
            raise
        except Exception as error:  # whatever the libraries of an encoder raise
            reason = " ".join(f"{type(error).__name__} {error}".split())
            raise EncoderError(f"{self.made_with.name}: does not load ({reason})") from error
        if encoder.fingerprint == self.made_with.fingerprint:
            return encoder
        raise IndexMismatch(
            f"the index was made with another encoder than {encoder.name} as it is now; build the index again"
        )
