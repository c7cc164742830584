"""Defines an encoder, which turns Persian text into unit vectors, and what it does to a text first."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError

PREPARATION = 1  # increase it when `prepare` changes texts of articles differently: their vectors change too

# A Persian letter and its Arabic variant are different tokens: two spellings of a sentence have a cosine of
# .98, with ى even of .89. Tatweel, vowel signs, soft hyphens and directional marks carry no meaning and do
# the same harm.
_FOLDS: dict[int, str | None] = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک"}
_FOLDS |= dict.fromkeys([0xAD, 0x61C, 0x640, 0x670, *range(0x64B, 0x653)])
_FOLDS |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# No article contains these characters, but a query may. NUL ends a C string, and a lone surrogate is not
# valid UTF-8.
_FOLDS |= {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Encoder(Protocol):
    """Turns texts into vectors. Safe to share between threads.

    An index opens only with the encoder that made it.
    """

    @property
    def name(self) -> str:
        """The name that the user gave; "multilingual-e5-small" for the bundled model."""

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""

    @property
    def fingerprint(self) -> str:
        """Identifies the vectors: equal only for encoders with equal weights, prompts and preparation."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """The prefixes of a "query" and of a "passage"."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors [texts, dimension] of unit length."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors [texts, dimension] of unit length."""


def prepare(text: str) -> str:
    """Return the text as models get it: NFKC, which tokenizers apply anyway, then Persian letters."""
    return unicodedata.normalize("NFKC", text).translate(_FOLDS)


def fingerprint(weights: str, prompts: Mapping[str, str], dimension: int) -> str:
    """Return 16 hexadecimal digits that identify an encoder's vectors. `weights` identifies its weights."""
    identity = json.dumps([weights, prompts, dimension, PREPARATION], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def checked(vectors: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """Return the vectors unchanged. Raises EncoderError if a component is not finite."""
    if not np.isfinite(vectors).all():
        raise EncoderError(f"{name}: the model gave vectors that are not numbers")
    return vectors
