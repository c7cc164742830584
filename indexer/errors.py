"""All errors that a user can see.

KhabaryabError
├── UsageError            a wrong argument or option
├── ReadError             a path that cannot be read at all
├── EncoderError          the embedding model is missing, broken or not the one expected
├── WorkersFailed         the processes of the server die before they answer
├── WorkerLost            a process of a build ended without a result
├── IndexShrinks          the new index would hold less than half of the articles of the old one
└── IndexUnusable         an index that must not be opened
    ├── IndexMissing      nothing has been published there yet
    ├── IndexCorrupt      half-written or tampered files
    ├── IndexMismatch     made with another analysis, engine or encoder
    ├── IndexInaccessible its files cannot be read or written: disk full, no permission
    └── IndexBusy         another process is writing it
"""

import errno
import os
from pathlib import Path


class KhabaryabError(Exception):
    """Base class of all errors. `str(error)` is the line that the user sees; it may name files."""

    _kind = "something that the search needs cannot be used"

    @property
    def public(self) -> str:
        """What is wrong, for clients over HTTP. It names no file: paths are for the log.

        It is the kind of the error and, if the operating system refused something, the system's reason.
        """
        code = self.__cause__.errno if isinstance(self.__cause__, OSError) else None
        return f"{self._kind} ({os.strerror(code)})" if code else self._kind


class UsageError(KhabaryabError):
    """A wrong argument or option."""

    @property
    def public(self) -> str:
        """The whole line: it speaks of what the client sent."""
        return str(self)


class ReadError(KhabaryabError):
    """A path that cannot be read at all."""


class EncoderError(KhabaryabError):
    """The embedding model is missing, broken or not the one expected."""

    _kind = "the encoder cannot be loaded"


class WorkersFailed(KhabaryabError):
    """The processes of the server die before they answer."""

    _kind = "the processes of the server die before they answer"


class WorkerLost(KhabaryabError):
    """A process of a build ended without a result."""


class IndexShrinks(KhabaryabError):
    """The new index would hold less than half of the articles of the old one."""


class IndexUnusable(KhabaryabError):
    """An index that must not be opened."""

    _kind = "the index cannot be used"


class IndexMissing(IndexUnusable):
    """Nothing has been published there yet."""

    _kind = "no index has been published"


class IndexCorrupt(IndexUnusable):
    """Half-written or tampered files."""

    _kind = "a file of the index is missing or damaged"


class IndexMismatch(IndexUnusable):
    """Made with another analysis, engine or encoder."""

    _kind = "the index was made by another version of the program, or with another encoder"


class IndexInaccessible(IndexUnusable):
    """Its files cannot be read or written: disk full, no permission."""

    _kind = "a file of the index cannot be read"


class IndexBusy(IndexUnusable):
    """Another process is writing it."""

    _kind = "the index is being written"


# What the operating system says of a file that is not there, or of a library that seeks beyond its end.
_DAMAGE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EINVAL}


def unreadable(path: Path, error: Exception) -> IndexUnusable:
    """Return our error, one line, for whatever a library raised when it read files of an index in `path`.

    The operating system may refuse a file for reasons that pass, such as too many open files; the index is
    sound then, and need not be built again.
    """
    if isinstance(error, MemoryError):
        return IndexInaccessible(f"{path}: not enough memory to open it")
    if isinstance(error, OSError) and error.errno:
        place, reason = error.filename or path, os.strerror(error.errno)
        if error.errno in _DAMAGE:
            return IndexCorrupt(f"{place}: {reason}; build the index again")
        return IndexInaccessible(f"{place}: {reason}")
    reason = " ".join(f"{type(error).__name__} {error}".split())
    return IndexCorrupt(f"{path}: unreadable ({reason}); build the index again")


def unexpected(error: Exception) -> str:
    """Return the reason of a rejection for an error that is not the record's fault, on one short line."""
    message = " ".join(str(error).split())
    return f"makes the program fail ({type(error).__name__}: {message[:200]}); please report this"
