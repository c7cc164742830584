"""Reads CSV files: a header row with the names of an article's fields, then one article a row."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from indexer.readers.csv_rows import Row, Rows
from indexer.readers.encodings import utf8_chunks
from indexer.readers.field_names import field_of, resembles_title
from indexer.readers.lines import Line, lines, unix_newlines
from indexer.readers.records import MAX_RECORD_BYTES, Fault, InvalidRecordError, Record, Remark

DELIMITERS = ",;\t|"
"""The reader uses the delimiter that splits the header row into the most names of fields; if in doubt, into
the most names, and then the comma."""

_TEXT_FIELDS = {"title", "lead", "body"}
_DECLARED = re.compile(r'"?sep=([^"\r\n])"?[,;\t|]*', re.IGNORECASE)
_SHOWN_NAMES = 10
_SAMPLE = 100_000  # characters of the header row that are enough to tell the delimiter

MAX_COLUMNS = 16_384
"""The most columns that a header row may have: as many as a sheet of Excel has."""


def read_rows(chunks: Iterator[bytes]) -> Iterator[Record | Fault | Remark]:
    """Yield one record a row, with the line on which the row starts. Skip rows without any value.

    A remark tells about columns that are left aside, and about rows that are shorter than the header row.
    Raises UndecodableError if the file is not text.
    """
    physical = lines(unix_newlines(utf8_chunks(chunks)), MAX_RECORD_BYTES)
    rows = _opened(physical)
    top = next((row for row in rows if row.broken or _filled(row)), None)
    if top is None:
        return
    try:
        header = _header(top)
    except InvalidRecordError as error:
        yield Fault(top.line, str(error))
        return
    for text in _remarks(header):
        yield Remark(top.line, text)
    yield from _records(rows, header)


def _opened(physical: Iterator[Line]) -> Rows:
    """Return the rows, without the line `sep=;` with which Excel declares the delimiter."""
    first = next((line for line in physical if line.data.strip()), None)
    if first is None:
        return Rows(physical, DELIMITERS[0])
    declared = _DECLARED.fullmatch(_decoded(first).strip("\r\n "))
    if declared is None:
        return Rows(itertools.chain([first], physical), _delimiter(_decoded(first)))
    header = next((line for line in physical if line.data.strip()), Line(first.number, b"", True))
    used = declared[1] in _decoded(header)
    return Rows(itertools.chain([header], physical), declared[1] if used else _delimiter(_decoded(header)))


def _decoded(line: Line) -> str:
    return line.data.decode("utf-8", errors="replace")


def _delimiter(header: str) -> str:
    def names(delimiter: str) -> tuple[int, int]:
        cells = header[:_SAMPLE].split(delimiter)
        return sum(field_of(cell) is not None for cell in cells), len(cells)

    return max(DELIMITERS, key=names)


def _filled(row: Row) -> bool:
    return any(cell.strip() for cell in row.cells)


def _header(row: Row) -> list[str]:
    """Return the names of the columns, without unnamed ones at the end."""
    if row.broken:
        raise InvalidRecordError(f"the header row {row.broken}")
    if len(row.cells) > MAX_COLUMNS:
        raise InvalidRecordError(
            f"the header row has {len(row.cells):,} columns; at most {MAX_COLUMNS:,} can be read"
        )
    names = [_decoded_name(cell) for cell in row.cells]
    while names and not names[-1]:
        names.pop()
    if not _TEXT_FIELDS.intersection(field for field, _ in filter(None, map(field_of, names))):
        raise InvalidRecordError(
            "the header row names no column title, lead, body (or abstract, text; تیتر، لید، متن): "
            f"its columns are {_listed(names)}"
        )
    times = Counter(name for name in names if name)
    if twice := sorted(name for name, count in times.items() if count > 1):
        raise InvalidRecordError(f"the header row names the column {twice[0]} twice")
    return [name or f"column {number}" for number, name in enumerate(names, start=1)]


def _decoded_name(cell: str) -> str:
    return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip().strip("\ufeff")


def _remarks(header: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each column that may hold a field of the article, but is not used for it."""
    columns: dict[str, list[tuple[int, str]]] = {}
    for name in header:
        if found := field_of(name):
            columns.setdefault(found[0], []).append((found[1], name))
    for field, named in columns.items():
        used, *others = [name for _, name in sorted(named, key=lambda column: column[0])]
        if others:
            yield f"several columns hold the {field}: {used} is used, {_listed(others)} where it is empty"
    for name in header:
        if not field_of(name) and resembles_title(name):
            yield f"the column {name} is stored, but not searched; if it is the title, rename it to title"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name if len(name) <= 40 else f"{name[:40]}…" for name in names[:_SHOWN_NAMES])
    return f"{shown} and {len(names) - _SHOWN_NAMES} more" if len(names) > _SHOWN_NAMES else shown


def _records(rows: Rows, header: list[str]) -> Iterator[Record | Fault | Remark]:
    """Yield the records. After a broken row go back to its second line, and skip lines up to a sound row."""
    broken: Row | None = None
    last = 0
    for row in rows:
        reason = row.broken or _miscounted(row, header)
        if broken is None and not reason:
            yield from _record(header, row)
        elif broken is None and not row.broken and not _may_hold_rows(row, header):
            yield Fault(row.line, reason)
        elif reason or not row.balanced or len(row.cells) < len(header):
            broken = broken or Row(row.line, row.last, [], reason)
            last = row.line if rows.go_back() else row.last
        elif broken is not None:
            yield _skipped(broken, last)
            yield from _record(header, row)
            broken = None
    if broken is not None:
        yield _skipped(broken, last)


def _miscounted(row: Row, header: list[str]) -> str:
    """Return what is wrong with the number of cells. Excel adds empty cells at the end or omits them."""
    cells, columns = len(row.cells), len(header)
    if any(cell.strip() for cell in row.cells[columns:]) or (cells < columns and _may_hold_rows(row, header)):
        return f"has {cells} columns where the header row has {columns}; quote cells that hold the delimiter"
    return ""


def _may_hold_rows(row: Row, header: list[str]) -> bool:
    """Return whether a later line of the row could be a row: a stray quotation mark may have joined them."""
    return max(row.delimiters, default=-1) >= len(header) - 1


def _skipped(broken: Row, last: int) -> Fault:
    count = last - broken.line + 1
    lost = "" if count == 1 else f"; {count:,} lines were skipped, {broken.line} to {last}"
    return Fault(broken.line, f"{broken.broken}{lost}")


def _record(header: list[str], row: Row) -> Iterator[Record | Remark]:
    if not _filled(row):
        return
    if len(row.cells) < len(header):
        yield Remark(
            row.line, f"has {len(row.cells)} of {len(header)} columns; the others are taken as empty"
        )
    # The last line has the delimiters of the cells that follow.
    if set(row.delimiters[:-1]) == {len(header) - 1} and len(header) > 1:
        yield Remark(row.line, "holds lines that look like rows of their own; check the quotation marks")
    yield Record(
        row.line, {name: cell for name, cell in zip(header, row.cells, strict=False) if cell.strip()}
    )
