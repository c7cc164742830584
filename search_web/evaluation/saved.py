"""Saves the outcome of each query of a run, and loads it, to compare a later run with it.

RUNDIR/run.json                            the format, and the file name of each cell
RUNDIR/NAME.MODE.DOCUMENTS.QUERIES.jsonl   one outcome in each line
"""

from collections.abc import Collection, Iterable
from pathlib import Path
from urllib.parse import quote

import msgspec

from indexer.errors import IndexInaccessible, ReadError, UsageError
from search_web.contract.answers import Mode
from search_web.evaluation.experiment import Cell, Key
from search_web.evaluation.measures import Outcome
from search_web.evaluation.spelling import Spelling

_FORMAT = 1
_TABLE = "run.json"


class _Saved(msgspec.Struct, frozen=True):
    collection: str
    mode: Mode
    documents: Spelling
    spelling: Spelling
    file: str

    @property
    def key(self) -> Key:
        return self.collection, self.mode, self.documents, self.spelling


class _Table(msgspec.Struct, frozen=True):
    format: int
    cells: list[_Saved]


def load(folder: Path, wanted: Collection[Key]) -> dict[Key, list[Outcome]]:
    """Return the outcomes of those `wanted` cells that were saved.

    Raises:
        ReadError: the folder holds no saved run, or none of the cells; or a line is wrong (the message names
            file and line).

    """
    files = {saved.key: folder / saved.file for saved in _read_table(folder).cells}
    found = {key: _read_outcomes(files[key]) for key in wanted if key in files}
    if not found:
        raise ReadError(f"{folder}: holds none of what is to be measured")
    return found


def _read_outcomes(path: Path) -> list[Outcome]:
    found = []
    for number, line in enumerate(_bytes(path).splitlines(), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Outcome))
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise ReadError(f"{path}:{number}: not a saved result: {error}") from error
    return found


def require_savable(folder: Path) -> None:
    """Raise UsageError for a folder that holds something other than a saved run."""
    if folder.is_dir() and any(folder.iterdir()) and not (folder / _TABLE).exists():
        raise UsageError(f"{folder}: holds something other than a saved run; name a new folder")


def save(folder: Path, cells: Iterable[Cell]) -> None:
    """Save a run, replacing an older one in the same folder.

    Raises:
        IndexInaccessible: a file cannot be written.
        UsageError: the folder holds something other than a saved run.

    """
    require_savable(folder)
    rows = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / _TABLE).exists():
            for saved in _read_table(folder).cells:
                (folder / saved.file).unlink(missing_ok=True)
        for cell in cells:
            name = f"{'.'.join(quote(part, safe='') for part in cell.key)}.jsonl"
            (folder / name).write_bytes(
                b"".join(msgspec.json.encode(outcome) + b"\n" for outcome in cell.outcomes)
            )
            rows.append(_Saved(*cell.key, name))
        (folder / _TABLE).write_bytes(msgspec.json.encode(_Table(_FORMAT, rows)))
    except OSError as error:
        raise IndexInaccessible(f"{error.filename or folder}: cannot be written: {error.strerror}") from error


def _read_table(folder: Path) -> _Table:
    path = folder / _TABLE
    try:
        table = msgspec.json.decode(_bytes(path), type=_Table)
    except msgspec.MsgspecError as error:
        raise ReadError(f"{path}:1: not the table of a saved run: {error}") from error
    if table.format != _FORMAT:
        raise ReadError(f"{path}:1: a saved run of format {table.format}; this program has {_FORMAT}")
    if any(Path(saved.file).name != saved.file for saved in table.cells):
        raise ReadError(f"{path}:1: names a file outside its folder")
    return table


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: cannot be read: {error.strerror}") from error
