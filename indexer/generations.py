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
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from indexer import keyword_seal
from indexer.errors import (
    IndexCorrupt,
    IndexInaccessible,
    IndexMismatch,
    IndexMissing,
    IndexUnusable,
)
from indexer.keyword_seal import KEYWORD
from indexer.sealed_files import (
    FileRecord,
    check_hashes,
    check_sizes,
    file_names,
    is_in,
    recorded,
    sync,
    write_synced,
)

FORMAT_VERSION = 6
MANIFEST = "manifest.json"
VECTORS = "vectors"
TERM_COLUMNS = "terms"
COMPOUNDS = "analysis/compounds.tsv"
NEAR_DUPLICATES = "near_duplicates"
VOCABULARY = "vocabulary"
_CURRENT = "current"
# Changes of a published generation append to the files of these folders.
_GROWN = (TERM_COLUMNS, NEAR_DUPLICATES)
# Changes replace the files of these folders, or add others. The parts themselves check them.
_LIVING = (KEYWORD, VECTORS, f"{VOCABULARY}/additions")


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
    """A published generation, all files of which are there with their sizes."""

    directory: Path
    manifest: Manifest

    def verify(self) -> None:
        """Verify the content of all files, as far as the manifest and the seal of the keyword index know it.

        Raises:
            IndexCorrupt: a file was altered.
            IndexInaccessible: a file cannot be read.

        """
        check_hashes(self.directory, self.manifest.files, _GROWN)
        keyword_seal.check_seal(self.directory)


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
    """Hash and fsync every file of a generation that never changes, then write its manifest."""
    keyword_seal.seal(directory)
    manifest = msgspec.structs.replace(manifest, files=recorded(directory, _sealed_names(directory)))
    write_synced(directory / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    for folder in (*(path for path in directory.rglob("*") if path.is_dir()), directory, directory.parent):
        sync(folder)
    return manifest


def publish(index: Path, number: int) -> set[int]:
    """Point `current` to a sealed generation by one atomic rename; then remove older generations.

    Keep this generation and the one that was published before it. Return the numbers of the kept generations.
    """
    kept = {number, published_number(index) or number}
    manifest = (generation_directory(index, number) / MANIFEST).read_bytes()
    pointer = _Pointer(number, hashlib.sha256(manifest).hexdigest())
    fresh = index / f"{_CURRENT}.new"
    write_synced(fresh, msgspec.json.encode(pointer))
    fresh.replace(index / _CURRENT)
    sync(index)
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
    """Return the published generation after checking its format, and the sizes of its files.

    `Published.verify` also reads the files.

    Raises:
        IndexMissing: nothing has been published.
        IndexCorrupt: a file is missing or has another size, or the manifest was altered.
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
    # Meanwhile two builds were published, and the second one removed the generation that we were opening:
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
    _check_files(directory, manifest)
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


def _check_files(directory: Path, manifest: Manifest) -> None:
    names = set(_sealed_names(directory))
    for name in sorted(names - manifest.files.keys() - {MANIFEST}):
        raise IndexCorrupt(f"{directory / name}: does not belong to this index; build the index again")
    check_sizes(directory, manifest.files, names, _GROWN)


def _sealed_names(directory: Path) -> Iterator[str]:
    """Yield the files that do not change after publishing, and those that are only appended to."""
    living = (keyword_seal.SEAL, f"{keyword_seal.SEAL}.new")
    return (name for name in file_names(directory) if not is_in(name, _LIVING) and name not in living)
