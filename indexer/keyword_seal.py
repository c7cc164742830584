"""The hashes of a generation's keyword index: `keyword.json`, beside the folder `keyword/`.

An engine replaces its files with every commit. So a writer breaks the seal before it begins, and seals the
files again afterwards. A writer that is killed in between leaves a broken seal: nothing is known about the
files then, and they are not checked until the next writer has sealed them. The engine's own commit keeps them
whole.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec

from indexer.errors import IndexCorrupt, unreadable
from indexer.sealed_files import FileRecord, check_hashes, check_sizes, file_names, recorded, write_synced

KEYWORD, SEAL = "keyword", "keyword.json"


class _Seal(msgspec.Struct, frozen=True):
    """The files of the keyword index by their names, or None if the seal is broken."""

    files: dict[str, FileRecord] | None


def seal(directory: Path) -> None:
    """Hash the files of the keyword index of the generation in this folder, and write the seal."""
    folder = directory / KEYWORD
    _write(directory, _Seal(recorded(folder, _names(folder))))


def break_seal(directory: Path) -> None:
    """Note that the files are about to change."""
    _write(directory, _Seal(None))


def check_seal(directory: Path) -> None:
    """Check the content of every file, unless the seal is broken.

    Raises:
        IndexCorrupt: a file is missing, was altered, or does not belong there; or the seal is unreadable.
        IndexInaccessible: a file cannot be read.

    """
    files = _read(directory).files
    if files is None:
        return
    folder = directory / KEYWORD
    names = set(_names(folder))
    for name in sorted(names - files.keys()):
        raise IndexCorrupt(f"{folder / name}: does not belong to this index; build the index again")
    check_sizes(folder, files, names, ())
    check_hashes(folder, files, ())


def is_sealed(directory: Path) -> bool:
    """Return whether the seal is whole. Raises IndexUnusable if it is unreadable."""
    return _read(directory).files is not None


def _read(directory: Path) -> _Seal:
    path = directory / SEAL
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Seal)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise unreadable(path, error) from error


def _names(folder: Path) -> Iterator[str]:
    """Yield the files of an engine, without its locks, which are empty and come and go."""
    return (name for name in file_names(folder) if (folder / name).stat().st_size)


def _write(directory: Path, seal: _Seal) -> None:
    path = directory / SEAL
    fresh = path.with_suffix(".new")
    write_synced(fresh, msgspec.json.encode(seal))
    fresh.replace(path)
