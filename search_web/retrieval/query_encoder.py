"""Encodes queries with the encoder that made the vectors of the index; loads it when first needed.

Vectors of two encoders cannot be compared, so another encoder is never used instead.
"""

import logging
import threading
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError, IndexMismatch
from indexer.generations import EncoderRecord
from indexer.semantic.encoder import Encoder

log = logging.getLogger("khabaryab")

# A failed load can take long (the model hub may be unreachable), and each retry delays one search.
RETRY_SECONDS = 60.0

LoadEncoder = Callable[[str | None], Encoder]


class QueryEncoder:
    """Returns query vectors, or None while the encoder cannot be loaded. Safe to share between threads."""

    def __init__(self, made_with: EncoderRecord, load: LoadEncoder) -> None:
        self.made_with = made_with
        self._load = load
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._failure = ""
        self._failed_at = 0.0

    @property
    def failure(self) -> str:
        """Why the encoder could not be loaded; empty when it is loaded or was never needed."""
        return self._failure

    @property
    def was_needed(self) -> bool:
        """Whether the encoder was loaded, or loading it failed."""
        return bool(self._encoder or self._failure)

    def load(self) -> Encoder | None:
        """Return the encoder, or None when it cannot be loaded.

        A failure is logged once. Loading is retried after `RETRY_SECONDS`.

        Raises:
            IndexMismatch: the encoder of that name is not the one that made the vectors of the index.

        """
        if self._encoder:
            return self._encoder
        # All threads wait for the first load. During a retry the other threads continue without the encoder.
        if not self._lock.acquire(blocking=not self._failure):
            return None
        try:
            if self._encoder is None and self._may_try():
                self._encoder = self._loaded()
            return self._encoder
        finally:
            self._lock.release()

    def vector(self, text: str) -> NDArray[np.float32] | None:
        """Return the unit vector [dimension] of a query, or None when the encoder is missing or fails.

        Raises:
            IndexMismatch: see `load`.

        """
        encoder = self.load()
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

    def _loaded(self) -> Encoder | None:
        try:
            encoder = self._load(self.made_with.name)
        except EncoderError as error:
            if not self._failure:
                log.warning("only keywords are searched: %s", error)
            self._failure, self._failed_at = str(error), time.monotonic()
            return None
        if encoder.fingerprint != self.made_with.fingerprint:
            raise IndexMismatch(
                f"the index was made with another encoder than {encoder.name} as it is now; "
                "build the index again"
            )
        self._failure = ""
        return encoder
