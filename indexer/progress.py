"""What shows the progress of long work: a terminal, or a test."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

Advance = Callable[[int], None]
"""Takes each number of finished units of a stage."""


class Stages(Protocol):
    """Receives the stages of long work."""

    def stage(self, name: str, total: int, unit: str) -> AbstractContextManager[Advance]:
        """Begin a stage of `total` units. The work passes each number of finished units to the result."""
