"""Finds the files of a path: the file itself, or all files in a folder."""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from indexer.articles import Rejection
from indexer.errors import ReadError


def require_existing(paths: Sequence[Path]) -> None:
    """Raise ReadError for the first path that does not exist."""
    for path in paths:
        try:
            path.stat()
        except (FileNotFoundError, NotADirectoryError) as error:
            raise ReadError(f"{path}: there is no such file or folder") from error
        except OSError:
            continue  # it exists but cannot be read: it becomes a rejection later


def walk(paths: Sequence[Path], endings: Collection[str]) -> Iterator[Path | Rejection]:
    """Yield the files to read, each once, in the order of `paths` and sorted by name inside folders.

    Inside a folder, hidden files are skipped silently, and files with other endings are counted in one
    rejection for each of `paths`. A file that `paths` names directly must have one of the endings. `endings`
    are in lower case, with their dot.
    """
    seen: set[str] = set()
    for path in paths:
        if path.is_dir():
            found = _folder(path, endings)
        elif path.suffix.lower() in endings:
            found = iter([_readable(path)])
        else:
            found = iter([Rejection(str(path), None, f"has no ending of {', '.join(sorted(endings))}")])
        for item in found:
            if isinstance(item, Path):
                real = os.path.realpath(item)
                if real in seen:
                    continue
                seen.add(real)
            yield item


def _folder(top: Path, endings: Collection[str]) -> Iterator[Path | Rejection]:
    others: Counter[str] = Counter()
    for item in _tree(top, ()):
        if isinstance(item, Path) and item.suffix.lower() not in endings:
            others[item.suffix.lower() or "no ending"] += 1
        else:
            yield item if isinstance(item, Rejection) else _readable(item)
    if others:
        kinds = ", ".join(f"{count} {ending}" for ending, count in sorted(others.items()))
        yield Rejection(str(top), None, f"files of other kinds were passed over: {kinds}")


def _tree(folder: Path, above: tuple[tuple[int, int], ...]) -> Iterator[Path | Rejection]:
    """Yield all files under a folder, with any ending. `above` identifies the folders on the path to it."""
    try:
        status = folder.stat()
        entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
    except OSError as error:
        yield Rejection(str(folder), None, f"cannot be read: {error.strerror}")
        return
    identity = (status.st_dev, status.st_ino)
    if identity in above:
        yield Rejection(str(folder), None, "is a link to a folder that holds it; its files are read there")
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _tree(entry, (*above, identity))
        else:
            yield entry


def _readable(path: Path) -> Path | Rejection:
    """Return the path if it is a regular file: reading a pipe or a device might never end."""
    try:
        status = path.stat()
    except OSError as error:
        return Rejection(str(path), None, f"cannot be read: {error.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return Rejection(str(path), None, "is not a regular file")
    return path
