"""Manages generations: complete builds of an index, hashed and fsynced. One of them is published.

    INDEX/
      archive.sqlite          the articles of all generations
      current                 the number of the published generation, and the hash of its manifest
      lock, writer            locked by the process that writes, and its number and command
      report.txt              the rejected records and the notes of the last build
      generations/000001/     manifest.json, keyword/, terms/, near_duplicates/, vectors/, analysis/,
                              vocabulary/

A build writes a new folder and then replaces `current` by one atomic rename. A crash at any moment therefore
leaves either the old generation or the new one published. A folder without a manifest is a build that was
stopped. Vectors may be added to a published generation; `semantic.vector_files` says how.
"""

import datetime as dt
import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from indexer.errors import (
    IndexCorrupt,
    IndexInaccessible,
    IndexMismatch,
    IndexMissing,
    IndexUnusable,
    unreadable,
)

FORMAT_VERSION = 6
MANIFEST = "manifest.json"
KEYWORD = "keyword"
VECTORS = "vectors"
TERM_VECTORS = "terms"
COMPOUNDS = "analysis/compounds.tsv"
NEAR_DUPLICATES = "near_duplicates"
VOCABULARY = "vocabulary"
_CURRENT = "current"


class FileRecord(msgspec.Struct, frozen=True):
    """Size in bytes and SHA-256 of one file of a generation."""

    bytes: int
    sha256: str


class EncoderRecord(msgspec.Struct, frozen=True):
    """Identifies the encoder that made the vectors."""

    name: str
    fingerprint: str
    dimension: int
    prompts: dict[str, str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Describes a generation and how it was built. `encoder` is None for an index without vectors."""

    format: int = FORMAT_VERSION
    generation: int
    created: dt.datetime
    articles: int
    passages: int
    rejected: int
    engine: str
    analysis: str
    encoder: EncoderRecord | None
    articles_sha256: str
    files: dict[str, FileRecord]


class _Pointer(msgspec.Struct, frozen=True):
    generation: int
    manifest_sha256: str


class Published(msgspec.Struct, frozen=True):
    """A published generation whose files have been verified."""

    directory: Path
    manifest: Manifest


def generation_directory(index: Path, number: int) -> Path:
    """Return the folder of a generation."""
    return index / "generations" / f"{number:06d}"


def pointer_stamp(index: Path) -> tuple[int, int] | None:
    """Return (inode, modification time in ns) of `current`, or None if nothing is published.

    This cheap value changes whenever another generation is published.
    """
    try:
        status = (index / _CURRENT).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def begin(index: Path) -> int:
    """Remove the remains of stopped builds, and return the number of the next generation."""
    current = published_number(index)
    for number, folder in _folders(index).items():
        if not (folder / MANIFEST).is_file() or (current is not None and number > current):
            discard(index, number)
    return max(current or 0, *_folders(index), 0) + 1


def discard(index: Path, number: int) -> None:
    """Remove the folder of a generation. Ignore files that cannot be removed."""
    shutil.rmtree(generation_directory(index, number), ignore_errors=True)


def _folders(index: Path) -> dict[int, Path]:
    folders = (index / "generations").glob("[0-9]*")
    return {int(folder.name): folder for folder in folders if folder.name.isdecimal()}


def seal(directory: Path, manifest: Manifest) -> Manifest:
    """Hash and fsync every file of a generation except its vectors, then write its manifest."""
    files = {name: _record(directory / name) for name in sorted(_sealed_names(directory))}
    manifest = msgspec.structs.replace(manifest, files=files)
    _write_synced(directory / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    for folder in (*(path for path in directory.rglob("*") if path.is_dir()), directory, directory.parent):
        _sync(folder)
    return manifest


def publish(index: Path, number: int) -> set[int]:
    """Point `current` to a sealed generation by one atomic rename; then remove older generations.

    Keep this generation and the one that was published before it. Return the numbers of the kept generations.
    """
    kept = {number, published_number(index) or number}
    manifest = (generation_directory(index, number) / MANIFEST).read_bytes()
    pointer = _Pointer(number, hashlib.sha256(manifest).hexdigest())
    fresh = index / f"{_CURRENT}.new"
    _write_synced(fresh, msgspec.json.encode(pointer))
    fresh.replace(index / _CURRENT)
    _sync(index)
    # A server may still be using the previous generation.
    for other in _folders(index).keys() - kept:
        discard(index, other)
    return kept


def published_number(index: Path) -> int | None:
    """Return the number of the published generation, or None if there is none or `current` is corrupt."""
    try:
        pointer = _read_pointer(index)
    except IndexCorrupt:
        return None
    return pointer.generation if pointer else None


def published_articles(index: Path) -> int | None:
    """Return how many articles the published generation holds, or None if that cannot be told."""
    try:
        pointer = _read_pointer(index)
        if pointer is None:
            return None
        return _read_manifest(generation_directory(index, pointer.generation), pointer).articles
    except IndexUnusable:
        return None


def _read_pointer(index: Path) -> _Pointer | None:
    path = index / _CURRENT
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Pointer)
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        return None
    except OSError as error:
        raise IndexInaccessible(f"{path}: {error.strerror}") from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise IndexCorrupt(f"{path}: unreadable ({error}); build the index again") from error


def open_current(index: Path) -> Published:
    """Verify the published generation (all hashes, the format) and return it.

    Raises:
        IndexMissing: nothing has been published.
        IndexCorrupt: a file is missing, half-written or altered.
        IndexMismatch: another version of the format made the index.
        IndexInaccessible: a file cannot be read.

    """
    pointer = _read_pointer(index)
    if pointer is None:
        raise IndexMissing(
            f"{index}: there is no index yet; build one with `khabaryab index PATH --index {index}`"
        )
    try:
        return _open(index, pointer)
    except IndexUnusable:
        if _read_pointer(index) == pointer:
            raise
    # Meanwhile two builds were published, and the second one removed the generation that we were verifying:
    # retry.
    return open_current(index)


def _open(index: Path, pointer: _Pointer) -> Published:
    directory = generation_directory(index, pointer.generation)
    manifest = _read_manifest(directory, pointer)
    if manifest.format != FORMAT_VERSION:
        raise IndexMismatch(
            f"{index}: made with format {manifest.format}; this program has {FORMAT_VERSION}: "
            "build the index again"
        )
    _verify_files(directory, manifest)
    return Published(directory, manifest)


def _read_manifest(directory: Path, pointer: _Pointer) -> Manifest:
    path = directory / MANIFEST
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise IndexCorrupt(f"{path}: {error.strerror}; build the index again") from error
    except OSError as error:
        raise IndexInaccessible(f"{path}: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != pointer.manifest_sha256:
        raise IndexCorrupt(f"{path}: altered since it was published; build the index again")
    try:
        return msgspec.json.decode(data, type=Manifest)
    except msgspec.MsgspecError as error:
        raise IndexMismatch(f"{path}: of another version ({error}); build the index again") from error


def _verify_files(directory: Path, manifest: Manifest) -> None:
    present = set(_sealed_names(directory))
    for name in sorted(present - manifest.files.keys() - {MANIFEST}):
        raise IndexCorrupt(f"{directory / name}: does not belong to this index; build the index again")
    for name, expected in manifest.files.items():
        path = directory / name
        if name not in present:
            raise IndexCorrupt(f"{path}: missing; build the index again")
        try:
            same = path.stat().st_size == expected.bytes and _sha256(path) == expected.sha256
        except FileNotFoundError as error:
            raise IndexCorrupt(f"{path}: missing; build the index again") from error
        except OSError as error:
            raise IndexInaccessible(f"{path}: {error.strerror}") from error
        if not same:
            raise IndexCorrupt(f"{path}: altered since it was published; build the index again")


def _sealed_names(directory: Path) -> Iterator[str]:
    """Yield the files that never change. Vectors can be added later, and have checksums of their own."""
    return (name for name in _file_names(directory) if not name.startswith(f"{VECTORS}/"))


def _file_names(directory: Path) -> Iterator[str]:
    """Yield the relative path of each file in a folder. Unlike `rglob`, skip no unreadable folder."""
    for folder, _, files in directory.walk(on_error=_refuse):
        yield from ((folder / name).relative_to(directory).as_posix() for name in files)


def _refuse(error: OSError) -> None:
    raise unreadable(Path(error.filename), error) from error


def _record(path: Path) -> FileRecord:
    _sync(path)
    return FileRecord(path.stat().st_size, _sha256(path))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
