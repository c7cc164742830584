"""Limits the processor time that a reader spends on one document, so that no page holds up a whole build."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

# Seconds between two interruptions, in case a library catches the first one.
_AGAIN = 0.5


class OverTimeError(BaseException):
    """The document takes too long. Not an Exception, because libraries catch these and go on."""


@contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Raise OverTimeError in the body of the `with` after this much processor time of the process.

    Only the main thread of a POSIX system can be interrupted. Elsewhere the body runs without a limit.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _interrupt)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    raise OverTimeError
