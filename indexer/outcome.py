"""The line that a user reads when a build stops. It depends on whether the new index was published before."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from indexer import generations
from indexer.errors import IndexInaccessible, IndexUnusable


@contextmanager
def clear_errors(index: Path, number: Callable[[], int]) -> Iterator[None]:
    """Turn errors of the operating system into one line that names the file and the reason.

    An error may come after the generation `number()` was published, while older files are removed. The line
    then says so, also that of another IndexUnusable or of a KeyboardInterrupt.

    Raises:
        IndexInaccessible: instead of an OSError.

    """
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        reason = f"{place}{error.strerror or error}"
        if _is_published(index, number()):
            raise IndexInaccessible(_untidy(index, number(), reason)) from error
        raise IndexInaccessible(f"{index}: the build stopped: {reason}; nothing was published") from error
    except IndexUnusable as error:
        if not _is_published(index, number()):
            raise
        raise IndexInaccessible(_untidy(index, number(), str(error))) from error
    except KeyboardInterrupt:
        if not _is_published(index, number()):
            raise
        raise KeyboardInterrupt(_untidy(index, number(), "stopped")) from None


def _is_published(index: Path, number: int) -> bool:
    try:
        return number > 0 and generations.published_number(index) == number
    except IndexUnusable:
        return False


def _untidy(index: Path, number: int, reason: str) -> str:
    return (
        f"{index}: the new index is published (generation {number:06d}), but the build could not remove all "
        f"old files: {reason}; the next build removes them"
    )
