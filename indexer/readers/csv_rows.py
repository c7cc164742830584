"""Splits CSV text into rows, and continues after a broken row with the line that follows its first one."""

import csv
from collections import deque
from collections.abc import Iterator

import msgspec

from indexer.readers.lines import Line
from indexer.readers.records import MAX_RECORD_BYTES, TOO_LONG

_FREE_REREADING = 2 * MAX_RECORD_BYTES
"""Broken rows may make the reader read so many bytes again, and as many as the file has. Without this limit a
file with a stray quotation mark in each line would take time that grows with the square of its length."""

_LINE_COST = 64  # bytes that can be read in the time that a line takes by itself


class Row(msgspec.Struct, frozen=True):
    """A row on the lines `line` to `last`: its cells, or the reason why it is broken.

    `balanced` is whether the row holds an even number of quotation marks, as every sound row does.
    `delimiters` counts the delimiters in each of its lines after the first.
    """

    line: int
    last: int
    cells: list[str]
    broken: str = ""
    balanced: bool = True
    delimiters: tuple[int, ...] = ()


class Rows(Iterator[Row]):
    """The rows of a CSV file, with empty ones."""

    def __init__(self, physical: Iterator[Line], delimiter: str) -> None:
        csv.field_size_limit(max(csv.field_size_limit(), MAX_RECORD_BYTES))
        self._feed = _Feed(physical)
        self._delimiter = delimiter.encode()
        self._reader = csv.reader(self._feed, delimiter=delimiter, strict=True)

    def __next__(self) -> Row:
        feed = self._feed
        feed.start_row()
        try:
            cells = next(self._reader)
        except _RowTooLongError:
            return Row(feed.line, feed.last, [], TOO_LONG)
        except csv.Error as error:
            return Row(
                feed.line, feed.last, [], f"is broken CSV ({_reason(error)}); check the quotation marks"
            )
        delimiters = tuple(line.data.count(self._delimiter) for line in feed.later_lines())
        return Row(feed.line, feed.last, cells, "", feed.quotes % 2 == 0, delimiters)

    def go_back(self) -> bool:
        """Make the line after the first one of the last row the next to read.

        Return False, and change nothing, if too much was read again already.
        """
        return self._feed.go_back()


def _cost(line: Line) -> int:
    return len(line.data) + _LINE_COST


def _reason(error: csv.Error) -> str:
    if str(error) == "unexpected end of data":
        return "a quotation mark is never closed"
    return "a cell goes on after its closing quotation mark" if "expected after" in str(error) else str(error)


class _RowTooLongError(Exception):
    """Stops csv.reader before a row fills the memory."""


class _Feed(Iterator[str]):
    """Supplies csv.reader with lines, keeps those of the row, and limits their total length."""

    def __init__(self, physical: Iterator[Line]) -> None:
        self._physical = physical
        self._again: deque[Line] = deque()
        self._row: list[Line] = []
        self._bytes = self.quotes = 0
        self._allowance = _FREE_REREADING

    @property
    def line(self) -> int:
        """The number of the first line of the row."""
        return self._row[0].number

    @property
    def last(self) -> int:
        """The number of the last line of the row."""
        return self._row[-1].number

    def start_row(self) -> None:
        """Treat the next line as the first line of a new row."""
        self._row = []
        self._bytes = self.quotes = 0

    def __next__(self) -> str:
        line = self._following()
        self._row.append(line)
        self._bytes += len(line.data)
        self.quotes += line.data.count(b'"')
        if self._bytes > MAX_RECORD_BYTES:
            raise _RowTooLongError
        return line.data.decode("utf-8", errors="surrogateescape")

    def later_lines(self) -> list[Line]:
        """Return the lines of the row after the first one."""
        return [line for line in self._row if line.number != self.line]

    def go_back(self) -> bool:
        """Return the later lines of the row, so that they are read again, if that is allowed."""
        again = self.later_lines()
        cost = sum(map(_cost, again))
        if cost > self._allowance:
            self._skip_pieces()
            return False
        self._allowance -= cost
        self._again.extendleft(reversed(again))
        if not again:
            self._skip_pieces()
        return True

    def _following(self) -> Line:
        if self._again:
            return self._again.popleft()
        line = next(self._physical)
        self._allowance += _cost(line)
        return line

    def _skip_pieces(self) -> None:
        """Skip the rest of the row's last line, if that line is so long that it comes in pieces."""
        while not self._row[-1].ended:
            try:
                self._row[-1] = self._following()
            except StopIteration:
                return
