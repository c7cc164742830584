"""Term vectors: the words of every article in order, for ranking features that an inverted index cannot give.

A keyword engine returns the articles that contain a word. The ranking needs more about each candidate: how
often it contains a surface form of a query word or words of its prefix family, how close together the query
words are, and whether they are at the beginning. A prefix family is the set of all stems that begin with the
same `PREFIX_FAMILY_LETTERS` letters: اقتصاد ("economy"), اقتصادی ("economic") and اقتصاددان ("economist") are
different but related terms.

The files are little-endian and memory-mapped:

| file | type and shape | content |
| --- | --- | --- |
| `terms.tsv` | one term a line | a stem and its surface form or ""; line n (from 0) is term number n |
| `stems.tsv`, `surface_forms.tsv`, `prefix_families.tsv` | one text a line | how many articles contain it |
| `tokens.u32` | uint32 [tokens] | term numbers, article after article |
| `positions.u32` | uint32 [tokens] | positions in the article, title first; readings of a word share one |
| `articles.npy` | int64 [articles + 1] | article n has the tokens articles[n] to articles[n + 1] |
| `titles.npy` | uint32 [articles] | number of positions of the title |

Positions continue across the field boundaries (title, kicker, lead, body, tags). They have 32 bits, so that
the words of a whole book in one article keep their distances.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt, unreadable
from indexer.keyword.engine import Document, inverse_frequency
from indexer.keyword.fields import prefix_family

# Positions are below this number.
POSITIONS = 1 << 32
_TOKENS, _POSITIONS = np.dtype("<u4"), np.dtype("<u4")
# Tokens kept in memory before they are flushed to the files.
_BUFFERED = 1 << 20


# A stem, and its surface form or "".
_StemAndSurfaceForm = tuple[str, str]
# Returns the text of a term in each dictionary; "" means that the dictionary does not contain the term.
_KINDS: Mapping[str, Callable[[_StemAndSurfaceForm], str]] = {
    "stems": lambda term: term[0],
    "surface_forms": lambda term: term[1],
    "prefix_families": lambda term: prefix_family(term[0]),
}


def record(documents: Iterable[Document], directory: Path) -> Iterator[Document]:
    """Yield the documents unchanged, and write their term vectors into an existing directory."""
    numbers: dict[_StemAndSurfaceForm, int] = {}
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in _KINDS}
    offsets, titles = [0], []
    tokens: list[int] = []
    positions: list[int] = []
    with ExitStack() as files:
        token_file = files.enter_context((directory / "tokens.u32").open("wb"))
        position_file = files.enter_context((directory / "positions.u32").open("wb"))

        def flush() -> None:
            token_file.write(np.array(tokens, dtype=_TOKENS).tobytes())
            position_file.write(np.array(positions, dtype=_POSITIONS).tobytes())
            tokens.clear()
            positions.clear()

        for document in documents:
            terms = list(zip(document.stems, document.surface_forms, strict=True))
            tokens += (numbers.setdefault(term, len(numbers)) for term in terms)
            positions += document.positions
            distinct = list(dict.fromkeys(terms))  # in order: the same articles always make the same files
            for kind, text_of in _KINDS.items():
                counts[kind].update(text for text in dict.fromkeys(map(text_of, distinct)) if text)
            offsets.append(offsets[-1] + len(terms))
            titles.append(document.title_width)
            if len(tokens) >= _BUFFERED:
                flush()
            yield document
        flush()
    _write_lines(directory / "terms.tsv", map("\t".join, numbers))
    for kind, counted in counts.items():
        _write_lines(directory / f"{kind}.tsv", (f"{text}\t{count}" for text, count in counted.items()))
    np.save(directory / "articles.npy", np.array(offsets, dtype=np.int64), allow_pickle=False)
    np.save(directory / "titles.npy", np.array(titles, dtype=np.uint32), allow_pickle=False)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)


@dataclass(frozen=True, slots=True)
class TermSlice:
    """The concatenated term vectors of some candidates.

    Per token, int64 [tokens]: `tokens` holds the term number, `positions` the position in the article, and
    `candidates` the index of the article in the requested list. Per candidate, int64 [candidates]: `titles`
    holds the length of the title in positions, `lengths` that of the article in tokens.
    """

    tokens: NDArray[np.int64]
    positions: NDArray[np.int64]
    candidates: NDArray[np.int64]
    titles: NDArray[np.int64]
    lengths: NDArray[np.int64]


class TermDictionary:
    """The texts of all terms of one kind: stems, surface forms or prefix families.

    `of_terms`, int64 [terms], holds the number of the text of each term, or -1 if a term has no text.
    """

    def __init__(self, articles: int, found_in: Mapping[str, int], of_terms: NDArray[np.int64]) -> None:
        self._articles = articles
        self._found_in = list(found_in.values())
        self._numbers = {text: number for number, text in enumerate(found_in)}
        self.of_terms = of_terms

    def __len__(self) -> int:
        return len(self._numbers)

    def number(self, text: str) -> int | None:
        """Return the number of a text, or None if no article contains it."""
        return self._numbers.get(text)

    def articles(self, text: str) -> int:
        """Return the number of articles that contain a text."""
        number = self.number(text)
        return 0 if number is None else self._found_in[number]

    def idf(self, text: str) -> float:
        """Return the inverse document frequency of a text, as BM25 defines it."""
        return inverse_frequency(self._articles, self.articles(text))


class TermVectors:
    """Term vectors open for reading, memory-mapped; safe to share between threads."""

    def __init__(self, directory: Path) -> None:
        """Map the files.

        Raises:
            IndexCorrupt: a file is missing or does not fit the others.

        """
        try:
            terms = [(row[0], row[1]) for row in _rows(directory / "terms.tsv")]
            counts = {
                kind: {text: int(count) for text, count in _rows(directory / f"{kind}.tsv")}
                for kind in _KINDS
            }
            self._articles: NDArray[np.int64] = np.load(directory / "articles.npy", allow_pickle=False)
            self._titles: NDArray[np.uint32] = np.load(directory / "titles.npy", allow_pickle=False)
            self._tokens = _mapped(directory / "tokens.u32", _TOKENS)
            self._positions = _mapped(directory / "positions.u32", _POSITIONS)
            self.stems, self.surface_forms, self.prefix_families = (
                TermDictionary(
                    len(self), counts[kind], _numbered(map(text_of, terms), counts[kind], len(terms))
                )
                for kind, text_of in _KINDS.items()
            )
        except (OSError, ValueError, EOFError, KeyError, IndexError) as error:
            raise unreadable(directory, error) from error
        sizes = {len(self._tokens), len(self._positions), int(self._articles[-1])}
        if len(sizes) > 1 or len(self._titles) != len(self):
            raise IndexCorrupt(f"{directory}: the term vectors do not belong together; build the index again")

    def __len__(self) -> int:
        return len(self._articles) - 1

    @property
    def mean_length(self) -> float:
        """Mean number of tokens of an article."""
        return len(self._tokens) / max(len(self), 1)

    def term_slice(self, articles: NDArray[np.int64]) -> TermSlice:
        """Return the term vectors of the articles with these numbers, int64 [candidates]."""
        starts, ends = self._articles[articles], self._articles[articles + 1]
        bounds = list(zip(starts.tolist(), ends.tolist(), strict=True))
        return TermSlice(
            _joined([self._tokens[start:end] for start, end in bounds]),
            _joined([self._positions[start:end] for start, end in bounds]),
            np.repeat(np.arange(len(articles)), ends - starts),
            self._titles[articles].astype(np.int64),
            ends - starts,
        )


def _rows(path: Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text("utf-8").split("\n")[:-1]]


def _numbered(texts: Iterable[str], found_in: Mapping[str, int], count: int) -> NDArray[np.int64]:
    numbers = {text: number for number, text in enumerate(found_in)} | {"": -1}
    return np.fromiter((numbers[text] for text in texts), dtype=np.int64, count=count)


def _joined(pieces: Sequence[NDArray[Any]]) -> NDArray[np.int64]:
    return np.concatenate(pieces).astype(np.int64) if pieces else np.empty(0, dtype=np.int64)


def _mapped(path: Path, dtype: np.dtype[Any]) -> NDArray[Any]:
    # An empty file cannot be memory-mapped.
    return np.memmap(path, dtype, mode="r") if path.stat().st_size else np.empty(0, dtype)
