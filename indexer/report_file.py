"""The report of a build: a file in the index folder that names every rejected record and every note.

It tells about the last build that read its input to the end, whether that build published or not.
"""

import os
import re
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from indexer.articles import Note, Rejection
from indexer.errors import IndexShrinks, ReadError

if TYPE_CHECKING:
    from indexer.build import Report
    from indexer.progress import Advance

REPORT_NAME = "report.txt"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class ReportFile:
    """A Report that also counts, and writes a line for each rejected record and each note.

    The new file replaces the last one when the block ends. If there is no line, there is no file. A build
    that ends with an error of another kind than those of its input leaves the last file as it is.
    """

    def __init__(self, index: Path, report: "Report") -> None:
        self.path = index / REPORT_NAME
        self.rejections = self.notes = 0
        self._report = report
        self._fresh = index / f"{REPORT_NAME}.new"
        self._file = self._fresh.open("w", encoding="utf-8", errors="backslashreplace")

    def stage(self, name: str, total: int, unit: str) -> AbstractContextManager["Advance"]:
        """Pass on the beginning of a stage."""
        return self._report.stage(name, total, unit)

    def rejected(self, rejection: Rejection) -> None:
        """Count and write a rejected record, and pass it on."""
        self.rejections += 1
        self._write(f"rejected: {rejection}")
        self._report.rejected(rejection)

    def noted(self, note: Note) -> None:
        """Count and write a note, and pass it on."""
        self.notes += 1
        self._write(f"note: {note}")
        self._report.noted(note)

    def _write(self, text: str) -> None:
        self._file.write(f"{_CONTROL.sub(' ', text)}\n")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file as file:
            complete = error is None or isinstance(error, ReadError | IndexShrinks)
            lines = self.rejections + self.notes
            if complete and lines:
                file.flush()
                os.fsync(file.fileno())
        if not complete or not lines:
            self._fresh.unlink(missing_ok=True)
        if complete and lines:
            self._fresh.replace(self.path)
        elif complete:
            self.path.unlink(missing_ok=True)
