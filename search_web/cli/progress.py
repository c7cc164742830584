"""Shows the progress of a build or an evaluation on standard error: bars, and lines for rejected records."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from indexer.articles import Note, Rejection
from indexer.progress import Advance
from search_web.cli.options import one_line

_SHOWN = 50  # rejected records, and notes; the file report.txt of the index lists all


class _Rate(ProgressColumn):
    """A column that shows the speed in units per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        unit = task.fields["unit"]
        return Text(f"{decimal(int(speed))}/s" if unit == "bytes" else f"{speed:,.1f} {unit}/s")


class TerminalReport:
    """Shows a bar for each stage (only on a terminal), and prints the first rejected records and notes.

    In its block Ctrl-C raises KeyboardInterrupt, so that the terminal and a stopped build are cleared up.
    Elsewhere `search_web.__main__` lets Ctrl-C end the process at once.
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._rejected = self._notes = 0
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _Rate(),
            TimeRemainingColumn(elapsed_when_finished=True),
            console=self._console,
            disable=not self._console.is_terminal,
        )

    def __enter__(self) -> "TerminalReport":
        self._on_interrupt = signal.getsignal(signal.SIGINT)
        if self._on_interrupt is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        signal.signal(signal.SIGINT, self._on_interrupt)
        if self._rejected > _SHOWN:
            self._line(f"… and {self._rejected - _SHOWN} more records rejected")
        if self._notes > _SHOWN:
            self._line(f"… and {self._notes - _SHOWN} more notes")

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Iterator[Advance]:
        """Show a bar for a stage of `total` units; yield a function that takes the number of units done."""
        task = self._progress.add_task(escape(name), total=total, unit=unit)
        yield lambda done: self._progress.advance(task, done)
        self._progress.update(task, completed=total)

    def rejected(self, rejection: Rejection) -> None:
        """Print where the record is and what is wrong with it; after 50 records only count them."""
        self._rejected += 1
        if self._rejected <= _SHOWN:
            self._line(f"rejected: {rejection}")

    def noted(self, note: Note) -> None:
        """Print a note; after 50 notes only count them."""
        self._notes += 1
        if self._notes <= _SHOWN:
            self._line(f"note: {note}")

    def _line(self, text: str) -> None:
        self._console.print(one_line(text), markup=False, highlight=False, soft_wrap=True)
