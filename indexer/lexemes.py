"""Words or phrases with their counts: as rows when they are counted, as arrays of a file for look-ups.

A `LexemeIndex` is seven arrays of one mapped file (see `array_file`). Looking up costs a few steps of a
bisection, and nothing is read at opening.

    keys             uint8, the UTF-8 of all keys, one after the other, sorted; byte order is code point order
    key_ends         uint32 [entries]: where each key ends
    forms            uint8, the UTF-8 of all forms in the same order; nothing where the form is the key
    form_ends        uint32 [entries]: where each form ends
    counts           uint32 [entries]
    hashes           uint64 [entries]: the hashes of all keys (see `key_hashes`), sorted
    places           uint32 [entries]: the entry with each of these hashes
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.array_file import Arrays
from indexer.errors import IndexCorrupt
from indexer.key_hashes import key_hashes

DTYPES: Mapping[str, str] = {
    "keys": "<u1",
    "key_ends": "<u4",
    "forms": "<u1",
    "form_ends": "<u4",
    "counts": "<u4",
    "hashes": "<u8",
    "places": "<u4",
}
# Sorts after the UTF-8 of every text: keys with a prefix sort between the prefix and the prefix plus this.
_LAST = b"\xff"


@dataclass(frozen=True, slots=True)
class Lexemes:
    """Words or phrases, sorted by key: parallel lists `keys` and `forms`, and `counts`, int64 [entries]."""

    keys: list[str]
    forms: list[str]
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Iterable[tuple[str, str, int]]) -> "Lexemes":
        """Return the lexemes of unsorted (key, form, count) rows."""
        ordered = sorted(rows)
        counts = np.array([count for _, _, count in ordered], dtype=np.int64)
        return cls([key for key, _, _ in ordered], [form for _, form, _ in ordered], counts)

    def rows(self) -> Iterable[tuple[str, str, int]]:
        """Return the (key, form, count) rows, sorted by key."""
        return zip(self.keys, self.forms, self.counts.tolist(), strict=True)

    def arrays(self) -> Arrays:
        """Return the arrays of a `LexemeIndex`."""
        other_forms = ["" if form == key else form for key, form in zip(self.keys, self.forms, strict=True)]
        keys, key_ends = _joined(self.keys)
        forms, form_ends = _joined(other_forms)
        hashes = key_hashes(self.keys)
        places = np.argsort(hashes, kind="stable")
        return {
            "keys": keys,
            "key_ends": key_ends,
            "forms": forms,
            "form_ends": form_ends,
            "counts": self.counts.astype("<u4"),
            "hashes": hashes[places],
            "places": places.astype("<u4"),
        }


def _joined(texts: list[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint32]]:
    encoded = [text.encode() for text in texts]
    ends = np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)))
    return np.frombuffer(b"".join(encoded), np.uint8), ends.astype("<u4")


class LexemeIndex:
    """Words or phrases in mapped arrays. Safe to share between threads. A place is the index of an entry."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], path: Path) -> None:
        """Take the arrays that `Lexemes.arrays` made; `path` is named in errors.

        Raises:
            IndexCorrupt: the arrays do not fit each other.

        """
        self._path = path
        self._keys, self._forms = arrays["keys"], arrays["forms"]
        self._key_ends, self._form_ends = arrays["key_ends"], arrays["form_ends"]
        self.counts: NDArray[np.uint32] = arrays["counts"]
        self._hashes: NDArray[np.uint64] = arrays["hashes"]
        self._places = arrays["places"]
        sizes = {len(arrays[name]) for name in DTYPES if name not in ("keys", "forms")}
        if len(sizes) > 1 or any(
            len(blob) != (int(ends[-1]) if len(ends) else 0)
            for blob, ends in ((self._keys, self._key_ends), (self._forms, self._form_ends))
        ):
            raise self._damaged()
        # Single numbers are read faster from memoryviews than from arrays.
        self._sorted_hashes, self._place_of = memoryview(self._hashes), memoryview(self._places)
        self._key_end, self._form_end = memoryview(self._key_ends), memoryview(self._form_ends)
        self._count = memoryview(self.counts)

    def __len__(self) -> int:
        return len(self.counts)

    def find(self, hashed: int) -> int:
        """Return the place of the key with this hash, -1 if there is none."""
        at = bisect_left(self._sorted_hashes, hashed)
        if at == len(self) or self._sorted_hashes[at] != hashed:
            return -1
        return self._place_of[at]

    def count(self, hashed: int) -> int:
        """Return the count of the key with this hash, 0 if there is none."""
        place = self.find(hashed)
        if place < 0:
            return 0
        try:
            return self._count[place]
        except IndexError as error:
            raise self._damaged() from error

    def counts_of(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the counts of the keys with these hashes, int64; 0 where no key has the hash."""
        counts = np.zeros(len(hashes), dtype=np.int64)
        if len(self):
            at = np.searchsorted(self._hashes, hashes)
            at[at == len(self)] = 0
            (held,) = (self._hashes[at] == hashes).nonzero()
            try:
                counts[held] = self.counts[self._places[at[held]]]
            except IndexError as error:
                raise self._damaged() from error
        return counts

    def key(self, place: int) -> str:
        """Return the key at a place."""
        return self._text(self._keys, self._key_end, place)

    def form(self, place: int) -> str:
        """Return the form at a place."""
        return self._text(self._forms, self._form_end, place) or self.key(place)

    def starting_with(self, prefix: str) -> range:
        """Return the places of the entries whose keys begin with `prefix`."""
        first = prefix.encode()
        places = range(len(self))
        return range(
            bisect_left(places, first, key=self._key_bytes),
            bisect_left(places, first + _LAST, key=self._key_bytes),
        )

    def most_frequent(self, places: range, number: int) -> list[int]:
        """Return up to `number` of these places, highest counts first, then by key."""
        counts = self.counts[places.start : places.stop].astype(np.uint64)
        # One number orders by falling count, then by rising place.
        order = (counts << np.uint64(32)) + np.arange(len(counts), 0, -1, dtype=np.uint64)
        best = (
            np.argpartition(order, len(order) - number)[-number:]
            if len(order) > number
            else np.arange(len(order))
        )
        return [places.start + place for place in best[np.argsort(order[best])[::-1]].tolist()]

    def lexemes(self) -> Lexemes:
        """Return all entries as rows."""
        places = range(len(self))
        return Lexemes([*map(self.key, places)], [*map(self.form, places)], self.counts.astype(np.int64))

    def _key_bytes(self, place: int) -> bytes:
        return self._bytes(self._keys, self._key_end, place)

    def _text(self, blob: NDArray[np.uint8], ends: memoryview, place: int) -> str:
        try:
            return self._bytes(blob, ends, place).decode()
        except (IndexError, UnicodeDecodeError) as error:
            raise self._damaged() from error

    @staticmethod
    def _bytes(blob: NDArray[np.uint8], ends: memoryview, place: int) -> bytes:
        return blob[ends[place - 1] if place else 0 : ends[place]].tobytes()

    def _damaged(self) -> IndexCorrupt:
        return IndexCorrupt(f"{self._path}: the lexemes do not belong together; build the index again")
