"""Hashes texts to 64 bits such that the hashes of similar texts are computed without making these texts.

    hash(c1 c2 … cn) = m(c1) B^(n-1) + m(c2) B^(n-2) + … + m(cn)   modulo 2^64

`m` scatters the code point of a character over 64 bits (the finaliser of SplitMix64), and `B` is an odd
constant. So the hash of two joined texts follows from their own: `hash(left) * B^len(right) + hash(right)`.
Among a million texts two share a hash with a probability of about one in ten millions.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

MASK = 2**64 - 1
BASE = 0x9E3779B97F4A7C15


@lru_cache(4096)
def character_hash(character: str) -> int:
    """Return m of one character."""
    mixed = (ord(character) + 1) * 0xBF58476D1CE4E5B9 & MASK
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 & MASK
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB & MASK
    return mixed ^ mixed >> 31


@lru_cache(16_384)
def key_hash(text: str) -> int:
    """Return the hash of a text."""
    hashed = 0
    for character in text:
        hashed = (hashed * BASE + character_hash(character)) & MASK
    return hashed


def powers(number: int) -> NDArray[np.uint64]:
    """Return B^0, B^1, …, uint64 [number]."""
    factors = np.full(number, BASE, dtype=np.uint64)
    factors[:1] = 1
    multiplied: NDArray[np.uint64] = np.multiply.accumulate(factors)
    return multiplied


def key_hashes(texts: list[str]) -> NDArray[np.uint64]:
    """Return the hashes of many texts, uint64 [texts]."""
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(lengths)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    distinct, places = np.unique(points, return_inverse=True)
    mixed = np.array([character_hash(chr(point)) for point in distinct.tolist()], dtype=np.uint64)
    following = np.repeat(ends, lengths) - np.arange(len(points)) - 1
    weighted = mixed[places] * powers(int(lengths.max(initial=0)) + 1)[following]
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(weighted, dtype=np.uint64)])
    hashes: NDArray[np.uint64] = sums[ends] - sums[ends - lengths]
    return hashes
