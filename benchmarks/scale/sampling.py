"""Tells in which stage of a task the processor spends its time: looks at the stack every few milliseconds.

Unlike a profiler that hooks every call, sampling does not slow the measured code. It needs no change of it.
A stage is a set of modules. Only the main thread counts.
"""

import signal
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

_INTERVAL = 0.002  # seconds of processor time
OTHER = "the rest"


@dataclass(frozen=True, slots=True)
class Stages:
    """Assigns a stack to a stage by the beginnings of the full names of its functions.

    A function of `whole` takes along everything that it calls. If the stack has none, the innermost function
    of `own` decides: in a chain of generators each stage runs inside the next one.
    """

    whole: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def of(self, frame: FrameType | None) -> str:
        """Return the stage of the stack that ends in this frame."""
        names = list(_names(frame))
        for name in reversed(names):
            if stage := _stage(name, self.whole):
                return stage
        return next((stage for name in names if (stage := _stage(name, self.own))), OTHER)


def _names(frame: FrameType | None) -> Iterator[str]:
    """Yield the full names of the functions on a stack, the innermost first."""
    while frame is not None:
        yield f"{frame.f_globals.get('__name__')}.{frame.f_code.co_qualname}"
        frame = frame.f_back


def _stage(name: str, stages: Mapping[str, str]) -> str | None:
    return next((stage for beginning, stage in stages.items() if _is_within(name, beginning)), None)


def _is_within(name: str, beginning: str) -> bool:
    return name == beginning or name.startswith(f"{beginning}.")


@contextmanager
def sampled(stages: Stages) -> Iterator[defaultdict[str, float]]:
    """Measure the block; yield the seconds of processor time of each stage, complete when the block ends.

    A sample gets the time since the last one: during a long call into a library no signal is handled.
    """
    seconds: defaultdict[str, float] = defaultdict(float)
    last = time.thread_time()

    def take(number: int, frame: FrameType | None) -> None:
        nonlocal last
        now = time.thread_time()
        seconds[stages.of(frame)] += now - last
        last = time.thread_time()

    before = signal.signal(signal.SIGPROF, take)
    signal.setitimer(signal.ITIMER_PROF, _INTERVAL, _INTERVAL)
    try:
        yield seconds
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
