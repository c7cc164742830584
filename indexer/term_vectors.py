"""Term vectors: the stems of every article in order, for evidence that no inverted index gives cheaply.

An engine answers which articles hold a word. How near to one another the words of a query stand, whether at
the beginning, and which words of their family are there, is read here, for the candidates alone. A family
begins with the same `FAMILY` letters (اقتصاد, اقتصادی, اقتصاددان): too different to be one term, yet kin.
Files, little-endian, memory-mapped:

| file | type and shape | what |
| --- | --- | --- |
| `terms.txt` | a line a term | a term's number is its line, from 0 |
| `families.tsv` | a line a family | its letters, and the number of articles that it occurs in |
| `tokens.u32` | uint32 [tokens] | term numbers, article after article |
| `positions.u16` | uint16 [tokens] | positions in the article, title first; other readings share one |
| `articles.npy` | int64 [articles + 1] | article n has the tokens articles[n] to articles[n + 1] |
| `titles.npy` | uint16 [articles] | number of positions of the title |

Positions run on over the borders of title, lead and body, and stay at the last one in texts that are longer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt
from indexer.keyword.engine import Document

FAMILY = 4
LAST_POSITION = 0xFFFF
_TOKENS, _POSITIONS = np.dtype("<u4"), np.dtype("<u2")
# Tokens held before they are written.
_BUFFERED = 1 << 20


def record(documents: Iterable[Document], directory: Path) -> Iterator[Document]:
    """Write the term vectors of the documents that pass through, into a directory that is there."""
    numbers: dict[str, int] = {}
    families: Counter[str] = Counter()
    borders, titles = [0], []
    tokens: list[int] = []
    positions: list[int] = []
    with ExitStack() as files:
        token_file = files.enter_context((directory / "tokens.u32").open("wb"))
        position_file = files.enter_context((directory / "positions.u16").open("wb"))

        def flush() -> None:
            token_file.write(np.array(tokens, dtype=_TOKENS).tobytes())
            position_file.write(np.array(positions, dtype=_POSITIONS).tobytes())
            tokens.clear()
            positions.clear()

        for document in documents:
            vector = document.vector
            tokens += (numbers.setdefault(term, len(numbers)) for term in vector.terms)
            positions += (min(position, LAST_POSITION) for position in vector.positions)
            families.update({term[:FAMILY] for term in vector.terms})
            borders.append(borders[-1] + len(vector.terms))
            titles.append(min(vector.title, LAST_POSITION))
            if len(tokens) >= _BUFFERED:
                flush()
            yield document
        flush()
    _write_lines(directory / "terms.txt", numbers)
    _write_lines(directory / "families.tsv", (f"{family}\t{count}" for family, count in families.items()))
    np.save(directory / "articles.npy", np.array(borders, dtype=np.int64), allow_pickle=False)
    np.save(directory / "titles.npy", np.array(titles, dtype=np.uint16), allow_pickle=False)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class Stretch:
    """The term vectors of some candidates, one behind the other.

    `tokens` are term numbers, `positions` those in the article, `candidates` the place of the article in the
    list that was asked for, all int64 [tokens]; `titles` and `lengths` int64 [candidates], in positions and
    tokens.
    """

    tokens: NDArray[np.int64]
    positions: NDArray[np.int64]
    candidates: NDArray[np.int64]
    titles: NDArray[np.int64]
    lengths: NDArray[np.int64]


class TermVectors:
    """Term vectors open for reading, memory-mapped; safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        """Map the files.

        Raises:
            IndexCorrupt: a file is missing or does not fit the others.

        """
        try:
            terms = (directory / "terms.txt").read_text("utf-8").split("\n")[:-1]
            rows = [row.split("\t") for row in (directory / "families.tsv").read_text("utf-8").splitlines()]
            self._found_in = {family: int(count) for family, count in rows}
            self._articles: NDArray[np.int64] = np.load(directory / "articles.npy", allow_pickle=False)
            self._titles: NDArray[np.uint16] = np.load(directory / "titles.npy", allow_pickle=False)
            self._tokens = _mapped(directory / "tokens.u32", _TOKENS)
            self._positions = _mapped(directory / "positions.u16", _POSITIONS)
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorrupt(f"{directory}: {error}; build the index again") from error
        sizes = {len(self._tokens), len(self._positions), int(self._articles[-1])}
        if len(sizes) > 1 or len(self._titles) != len(self):
            raise IndexCorrupt(f"{directory}: the term vectors do not belong together; build the index again")
        self._numbers = {term: number for number, term in enumerate(terms)}
        families: dict[str, int] = {}
        numbered = (families.setdefault(term[:FAMILY], len(families)) for term in terms)
        self._family_of = np.fromiter(numbered, dtype=np.int64, count=len(terms))
        self._families = families

    def __len__(self) -> int:
        return len(self._articles) - 1

    @property
    def mean_length(self) -> float:
        """Mean number of tokens of an article."""
        return len(self._tokens) / max(len(self), 1)

    def stretch(self, articles: NDArray[np.int64]) -> Stretch:
        """Return the term vectors of these articles."""
        starts, ends = self._articles[articles], self._articles[articles + 1]
        bounds = list(zip(starts.tolist(), ends.tolist(), strict=True))
        return Stretch(
            _joined([self._tokens[start:end] for start, end in bounds]),
            _joined([self._positions[start:end] for start, end in bounds]),
            np.repeat(np.arange(len(articles)), ends - starts),
            self._titles[articles].astype(np.int64),
            ends - starts,
        )

    def numbers(self, stems: Iterable[str]) -> NDArray[np.int64]:
        """Return the numbers of the stems that occur at all."""
        return np.array([self._numbers[stem] for stem in stems if stem in self._numbers], dtype=np.int64)

    def families(self, tokens: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the number of the family of each term number."""
        return self._family_of[tokens]

    def family(self, stem: str) -> tuple[int, int] | None:
        """Return the number of a stem's family and how many articles hold it; None when none does."""
        family = self._families.get(stem[:FAMILY])
        return None if family is None else (family, self._found_in[stem[:FAMILY]])


def _joined(pieces: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    return np.concatenate(pieces).astype(np.int64) if pieces else np.empty(0, dtype=np.int64)


def _mapped(path: Path, dtype: np.dtype[Any]) -> NDArray[Any]:
    # An empty file cannot be mapped.
    return np.memmap(path, dtype, mode="r") if path.stat().st_size else np.empty(0, dtype)
