"""Reads CSV files: a header row with the names of an article's fields, then one article a row."""

import csv
import itertools
from collections.abc import Iterator

from indexer.readers.encodings import utf8_chunks
from indexer.readers.lines import Line, lines
from indexer.readers.records import ALIASES, MAX_RECORD_BYTES, TOO_LONG, Fault, InvalidRecordError, Record

DELIMITERS = ",;\t"
"""The reader uses the delimiter that is most frequent in the header row; if in doubt, the comma."""

_TEXT_COLUMNS = {"title", "lead", "body"}


def read_rows(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield one record a row, with the line on which the row starts. Skip rows without any value.

    Raises UndecodableError if the file is not text.
    """
    physical = lines(utf8_chunks(chunks), MAX_RECORD_BYTES)
    first = next((line for line in physical if line.data.strip()), None)
    if first is None:
        return
    csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD_BYTES))
    feed = _Feed(itertools.chain([first], physical))
    rows = _rows(feed, delimiter=_delimiter(first.data))
    top = next(rows)
    try:
        header = _header(top)
    except InvalidRecordError as error:
        yield Fault(top.line, str(error))
        return
    for row in rows:
        if isinstance(row, Fault):
            yield row
        elif any(cell.strip() for cell in row.cells):
            yield _record(header, row)


class _Row:
    """The cells of a row, and the line on which they start."""

    def __init__(self, line: int, cells: list[str]) -> None:
        self.line = line
        self.cells = cells


class _RowTooLongError(Exception):
    """Stops csv.reader before a row fills the memory."""


class _Feed(Iterator[str]):
    """Supplies csv.reader with lines, and limits the total length of the lines of one row."""

    def __init__(self, physical: Iterator[Line]) -> None:
        self._physical = physical
        self._last = Line(0, b"", True)
        self._bytes = self._quotes = 0
        self.row_line = 1

    def start_row(self) -> None:
        """Treat the next line as the first line of a new row."""
        self._bytes = self._quotes = 0

    def __next__(self) -> str:
        self._advance()
        if self._bytes > MAX_RECORD_BYTES:
            raise _RowTooLongError
        return self._last.data.decode("utf-8", errors="surrogateescape")

    def skip_row(self) -> None:
        """Skip to the end of a row that is too long: a line end at which all quotation marks are closed."""
        try:
            while not self._last.ended or self._quotes % 2:
                self._advance()
        except StopIteration:
            return

    def _advance(self) -> None:
        self._last = next(self._physical)
        if self._bytes == 0:
            self.row_line = self._last.number
        self._bytes += len(self._last.data)
        self._quotes += self._last.data.count(b'"')


def _rows(feed: _Feed, delimiter: str) -> Iterator[_Row | Fault]:
    reader = csv.reader(feed, delimiter=delimiter, strict=True)
    while True:
        feed.start_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except _RowTooLongError:
            feed.skip_row()
            yield Fault(feed.row_line, TOO_LONG)
        except csv.Error as error:
            yield Fault(feed.row_line, f"is broken CSV ({error}); check the quotation marks")
        else:
            yield _Row(feed.row_line, cells)


def _delimiter(header: bytes) -> str:
    return max(DELIMITERS, key=header.decode("utf-8", errors="replace").count)


def _header(row: _Row | Fault) -> list[str]:
    """Return the names of the columns."""
    if isinstance(row, Fault):
        raise InvalidRecordError(f"the header row {row.reason}")
    names = [name.strip() for name in row.cells]
    fields = [ALIASES.get(name.lower(), name.lower()) for name in names]
    if not _TEXT_COLUMNS.intersection(fields):
        raise InvalidRecordError("the header row names no column title, lead, body (or abstract, text)")
    if twice := {name for name in names if name and names.count(name) > 1}:
        raise InvalidRecordError(f"the header row names the column {min(twice)} twice")
    return names


def _record(header: list[str], row: _Row) -> Record | Fault:
    if len(row.cells) != len(header):
        counts = f"has {len(row.cells)} columns where the header row has {len(header)}"
        return Fault(row.line, f"{counts}; quote cells that hold the delimiter")
    return Record(
        row.line, {name: cell for name, cell in zip(header, row.cells, strict=True) if cell.strip()}
    )
