"""All errors that a user can see.

KhabaryabError
├── UsageError            a wrong argument or option
├── ReadError             a path that cannot be read at all
├── EncoderError          the embedding model is missing, broken or not the one expected
├── IndexShrinks          the new index would hold less than half of the articles of the old one
└── IndexUnusable         an index that must not be opened
    ├── IndexMissing      nothing has been published there yet
    ├── IndexCorrupt      half-written or tampered files
    ├── IndexMismatch     made with another analysis, engine or encoder
    ├── IndexInaccessible its files cannot be read or written: disk full, no permission
    └── IndexBusy         another process is writing it
"""


class KhabaryabError(Exception):
    """Base class of all errors. `str(error)` is the line that the user sees."""


class UsageError(KhabaryabError):
    """A wrong argument or option."""


class ReadError(KhabaryabError):
    """A path that cannot be read at all."""


class EncoderError(KhabaryabError):
    """The embedding model is missing, broken or not the one expected."""


class IndexShrinks(KhabaryabError):
    """The new index would hold less than half of the articles of the old one."""


class IndexUnusable(KhabaryabError):
    """An index that must not be opened."""


class IndexMissing(IndexUnusable):
    """Nothing has been published there yet."""


class IndexCorrupt(IndexUnusable):
    """Half-written or tampered files."""


class IndexMismatch(IndexUnusable):
    """Made with another analysis, engine or encoder."""


class IndexInaccessible(IndexUnusable):
    """Its files cannot be read or written: disk full, no permission."""


class IndexBusy(IndexUnusable):
    """Another process is writing it."""


def unexpected(error: Exception) -> str:
    """Return the reason of a rejection for an error that is not the record's fault, on one short line."""
    message = " ".join(str(error).split())
    return f"makes the program fail ({type(error).__name__}: {message[:200]}); please report this"
