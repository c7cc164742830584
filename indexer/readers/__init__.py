"""Readers turn files and folders into articles.

| ending | content |
| --- | --- |
| `.txt` | one article: a date line, title, lead, body |
| `.jsonl`, `.ndjson` | one JSON object a line |
| `.json` | an array of objects, one object, or one object a line |
| `.csv`, `.tsv` | a header row with the names of the fields, then one article a row |
| `.html`, `.htm` | one web page |

Each record that cannot be read becomes a Rejection, which states the place and the reason. The readers then
continue with the rest. A Note tells what a user should know about a record that was read.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from indexer.articles import Article, Note, Rejection
from indexer.errors import ReadError, UsageError, unexpected
from indexer.readers.csv_records import read_rows
from indexer.readers.html_pages import read_page
from indexer.readers.json_records import read_document, read_lines
from indexer.readers.paths import require_existing, walk
from indexer.readers.records import Fault, InvalidRecordError, Record, Remark, to_article
from indexer.readers.seed_text import read_text

__all__ = ["input_size", "read_articles"]

Reader = Callable[[Iterator[bytes]], Iterator[Record | Fault] | Iterator[Record | Fault | Remark]]
"""Turns the bytes of a file, in chunks, into its records, its faults, and remarks about them."""

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".jsonl": read_lines,
    ".ndjson": read_lines,
    ".json": read_document,
    ".csv": read_rows,
    ".tsv": read_rows,
    ".html": read_page,
    ".htm": read_page,
}
"""The reader for each ending of a file name, in lower case."""

_CHUNK_BYTES = 1 << 18
_EMPTY = Article(id="")
_CAN_BE_EXCLUDED = tuple(name for name in Article.__struct_fields__ if name != "id")


def read_articles(
    paths: Sequence[Path],
    *,
    exclude: Collection[str] = (),
    follow_links: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Iterator[Article | Rejection | Note]:
    """Yield the articles of files and folders, and a rejection for each record that is not an article.

    Folders are read recursively, sorted by name. Hidden files inside them are skipped, and files of other
    kinds are counted in one rejection. So are symbolic links that lead out of the given folders, unless
    `follow_links`. An article with the id of an earlier one replaces it; a note says so. `exclude` names
    fields of Article to leave empty. `advance` receives the number of input bytes consumed since its last
    call; the sum is `input_size`.

    Raises ReadError for a path that does not exist, and UsageError for a field that cannot be excluded, both
    before anything is read.
    """
    if unknown := sorted(set(exclude) - set(_CAN_BE_EXCLUDED)):
        raise UsageError(
            f"cannot leave out the field {unknown[0]}; choose from {', '.join(_CAN_BE_EXCLUDED)}"
        )
    require_existing(paths)
    files = walk(paths, READERS, follow_links=follow_links)
    return _articles(files, {name: getattr(_EMPTY, name) for name in exclude}, advance)


def input_size(paths: Sequence[Path], *, follow_links: bool = False) -> int:
    """Return the bytes that `read_articles` will consume. Raises ReadError for a path that does not exist."""
    require_existing(paths)
    files = walk(paths, READERS, follow_links=follow_links)
    return sum(path.stat().st_size for path in files if isinstance(path, Path))


def _articles(
    files: Iterator[Path | Rejection], emptied: dict[str, object], advance: Callable[[int], None]
) -> Iterator[Article | Rejection | Note]:
    places: dict[str, tuple[Path, int | None]] = {}
    for path in files:
        if isinstance(path, Rejection):
            yield path
            continue
        for item in _file(path, advance):
            if isinstance(item, Fault):
                yield Rejection(str(path), item.line, item.reason)
            elif isinstance(item, Remark):
                yield Note(str(path), item.line, item.text)
            else:
                yield from _article(path, item, places, emptied)


def _article(
    path: Path, record: Record, places: dict[str, tuple[Path, int | None]], emptied: dict[str, object]
) -> Iterator[Article | Rejection | Note]:
    notes: list[str] = []
    try:
        article = to_article(record.fields, notes.append)
    except InvalidRecordError as error:
        yield Rejection(str(path), record.line, str(error))
        return
    except Exception as error:  # whatever goes wrong in a record must not stop the others
        yield Rejection(str(path), record.line, unexpected(error))
        return
    kept = msgspec.structs.replace(article, **emptied) if emptied else article
    if not (kept.title or kept.lead or kept.body):
        yield Rejection(str(path), record.line, "has no text but in the fields that are left out")
        return
    if earlier := places.get(article.id):
        place = earlier[0] if earlier[1] is None else f"{earlier[0]}:{earlier[1]}"
        notes.append(f"replaces the article with the same id, {article.id}, of {place}")
    places[article.id] = (path, record.line)
    yield from (Note(str(path), record.line, note) for note in notes)
    yield kept


def _file(path: Path, advance: Callable[[int], None]) -> Iterator[Record | Fault | Remark]:
    """Yield the records, faults and remarks of one file: always at least one item."""
    found = consumed = size = 0

    def chunks(file: BinaryIO) -> Iterator[bytes]:
        nonlocal consumed
        while chunk := file.read(_CHUNK_BYTES):
            consumed += len(chunk)
            advance(len(chunk))
            yield chunk

    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            for item in READERS[path.suffix.lower()](chunks(file)):
                found += not isinstance(item, Remark)
                yield item
    except OSError as error:
        yield Fault(None, f"cannot be read: {error.strerror}")
    except ReadError as error:
        yield Fault(None, str(error))
    except Exception as error:  # whatever goes wrong in a file must not stop the others
        yield Fault(None, unexpected(error))
    else:
        if not found:
            yield Fault(None, "is empty" if size == 0 else "holds no article")
    if consumed < size:
        advance(size - consumed)
