"""Shows the progress of a build or an evaluation on standard error: bars, and lines for rejected records."""

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

from indexer.articles import Rejection
from indexer.build import Advance
from search_web.cli.options import one_line

_SHOWN_REJECTIONS = 50


class _Rate(ProgressColumn):
    """A column that shows the speed in units per second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if not speed:
            return Text("")
        unit = task.fields["unit"]
        return Text(f"{decimal(int(speed))}/s" if unit == "bytes" else f"{speed:,.1f} {unit}/s")


class TerminalReport:
    """Shows a bar for each stage (only on a terminal), and prints a line for each rejected record."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._rejected = 0
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
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()
        hidden = self._rejected - _SHOWN_REJECTIONS
        if hidden > 0:
            self._line(f"… and {hidden} more records rejected")

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Iterator[Advance]:
        """Show a bar for a stage of `total` units; yield a function that takes the number of units done."""
        task = self._progress.add_task(escape(name), total=total, unit=unit)
        yield lambda done: self._progress.advance(task, done)
        self._progress.update(task, completed=total)

    def rejected(self, rejection: Rejection) -> None:
        """Print where the record is and what is wrong with it; after 50 records only count them."""
        self._rejected += 1
        if self._rejected <= _SHOWN_REJECTIONS:
            self._line(f"rejected: {rejection}")

    def _line(self, text: str) -> None:
        self._console.print(one_line(text), markup=False, highlight=False, soft_wrap=True)
