"""Makes a worker follow the published index also while nobody searches."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from search_web.contract.searcher import Searcher

_EVERY = 1.0  # seconds between two looks


@contextmanager
def following(searcher: Searcher) -> Iterator[None]:
    """Look for a newer generation every second, so that the files of the old one are closed.

    Each search looks, too. But of several workers one may get no request for hours.
    """
    stopped = threading.Event()

    def follow() -> None:
        while not stopped.wait(_EVERY):
            searcher.readiness()  # moves to the newest generation, and logs what prevents it

    thread = threading.Thread(target=follow, name="following", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
