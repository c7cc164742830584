"""Remembers that something failed, and says when it may be tried again."""

import time

from indexer.errors import KhabaryabError


class BackOff:
    """The last failure of something that is tried again and again, later each time.

    It may be tried again `first` seconds after the first failure in a row. Each further failure doubles the
    wait, up to `longest` seconds. The owner must not call it from two threads at once.
    """

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._wait = 0.0
        self._failed_at = 0.0
        self.failure: KhabaryabError | None = None

    def may_try(self) -> bool:
        """Return whether nothing failed, or the wait is over."""
        return self.failure is None or time.monotonic() - self._failed_at >= self._wait

    def failed(self, error: KhabaryabError) -> bool:
        """Note a failure; return whether it is news: the one before, if any, had another message."""
        is_news = str(error) != str(self.failure or "")
        self._wait = min(self._wait * 2, self._longest) if self._wait else self._first
        self.failure, self._failed_at = error, time.monotonic()
        return is_news

    def restart(self) -> None:
        """Begin again with the shortest wait, because something else is tried now."""
        self._wait = 0.0

    def succeeded(self) -> None:
        """Forget the failures."""
        self.failure, self._wait = None, 0.0
