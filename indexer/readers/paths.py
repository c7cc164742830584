"""Finds the files of a path: the file itself, or all files in a folder."""

import os
import stat
from collections import Counter, deque
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


def walk(
    paths: Sequence[Path], endings: Collection[str], *, follow_links: bool = False
) -> Iterator[Path | Rejection]:
    """Yield the files to read, each once, in the order of `paths` and sorted by name inside folders.

    Inside a folder, hidden files are skipped silently, and files with other endings are counted in one
    rejection for each of `paths`. A symbolic link inside a folder is followed after all other files. Without
    `follow_links` its target must be under one of `paths`; the other links are counted in one rejection. A
    file that `paths` names directly must have one of the endings. `endings` are in lower case, with the dot.
    """
    walker = _Walker(endings, None if follow_links else tuple(Path(os.path.realpath(path)) for path in paths))
    for path in paths:
        if path.is_dir():
            yield from walker.folder(path)
        elif path.suffix.lower() in endings:
            yield from walker.file(path)
        else:
            yield Rejection(str(path), None, f"has no ending of {', '.join(sorted(endings))}")


class _Walker:
    """Visits each file and each folder once. `roots` limits the targets of links; None allows any target."""

    def __init__(self, endings: Collection[str], roots: tuple[Path, ...] | None) -> None:
        self._endings = endings
        self._roots = roots
        self._visited: set[tuple[int, int]] = set()

    def folder(self, top: Path) -> Iterator[Path | Rejection]:
        """Yield all files under a folder, and rejections for what cannot be read."""
        waiting, links = [top], deque[Path]()
        others: Counter[str] = Counter()
        outside: list[Path] = []
        while waiting or links:
            path = waiting.pop() if waiting else links.popleft()
            try:
                if path != top and path.is_symlink() and not self._may_follow(path):
                    outside.append(path)
                elif path.is_dir():
                    entries = self._entries(path)
                    links += (entry for entry in entries if entry.is_symlink())
                    waiting += (entry for entry in reversed(entries) if not entry.is_symlink())
                elif path.suffix.lower() in self._endings:
                    yield from self.file(path)
                else:
                    others[path.suffix.lower() or "no ending"] += 1
            except OSError as error:
                yield Rejection(str(path), None, f"cannot be read: {error.strerror}")
        if others:
            kinds = ", ".join(f"{count} {ending}" for ending, count in sorted(others.items()))
            yield Rejection(str(top), None, f"files of other kinds were passed over: {kinds}")
        if outside:
            yield Rejection(str(top), None, _not_followed(top, outside))

    def file(self, path: Path) -> Iterator[Path | Rejection]:
        """Yield the path if it is a regular file: reading a pipe or a device might never end."""
        try:
            status = path.stat()
        except OSError as error:
            yield Rejection(str(path), None, f"cannot be read: {error.strerror}")
            return
        if not stat.S_ISREG(status.st_mode):
            yield Rejection(str(path), None, "is not a regular file")
        elif self._is_new(status):
            yield path

    def _entries(self, folder: Path) -> list[Path]:
        """Return what a folder holds, sorted by name, without hidden entries; [] on a second visit."""
        if not self._is_new(folder.stat()):
            return []
        return sorted(
            (entry for entry in folder.iterdir() if not entry.name.startswith(".")),
            key=lambda entry: entry.name,
        )

    def _is_new(self, status: os.stat_result) -> bool:
        identity = (status.st_dev, status.st_ino)
        if identity in self._visited:
            return False
        self._visited.add(identity)
        return True

    def _may_follow(self, link: Path) -> bool:
        """Return whether the target is under one of the roots. Raises OSError for a broken link."""
        target = Path(os.path.realpath(link, strict=True))
        return self._roots is None or any(target.is_relative_to(root) for root in self._roots)


def _not_followed(top: Path, links: Sequence[Path]) -> str:
    first = links[0].relative_to(top)
    if len(links) == 1:
        return f"the link {first} leads out of the folder and was not followed; --follow-links follows it"
    return (
        f"{len(links)} links lead out of the folder and were not followed, the first is {first}; "
        "--follow-links follows them"
    )
