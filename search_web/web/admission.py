"""Limits how many requests search at once, so that some threads of the server are always free.

Health checks, static files and error pages need no search. They are answered at once, however many searches
run and wait.
"""

import functools
import threading
from collections.abc import Callable

from flask import Response
from werkzeug.exceptions import ServiceUnavailable

View = Callable[..., Response]

# Searches that run at once. The keyword engine lets them take turns, so more would only wait in other places.
RUNNING = 4
# Searches that wait for their turn; each holds a thread of the server.
WAITING = 16
# Seconds that a search may wait; a reader who waited longer has left.
PATIENCE = 10.0
# Threads for requests that do not search.
SPARE = 4
THREADS = RUNNING + WAITING + SPARE
_BUSY = "too many searches are running and waiting"


class Admission:
    """A decorator for the views that search: at most `running` run at once, `waiting` more wait in line."""

    def __init__(self, running: int = RUNNING, waiting: int = WAITING, patience: float = PATIENCE) -> None:
        self._house = threading.BoundedSemaphore(running + waiting)
        self._turn = threading.BoundedSemaphore(running)
        self._patience = patience

    def __call__(self, view: View) -> View:
        """Wrap a view; it raises `ServiceUnavailable` when the line is full or the wait takes too long."""

        @functools.wraps(view)
        def admitted(*args: str, **kwargs: str) -> Response:
            if not self._house.acquire(blocking=False):
                raise ServiceUnavailable(_BUSY)
            try:
                if not self._turn.acquire(timeout=self._patience):
                    raise ServiceUnavailable(_BUSY)
                try:
                    return view(*args, **kwargs)
                finally:
                    self._turn.release()
            finally:
                self._house.release()

        return admitted
