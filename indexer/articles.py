"""The article: what readers yield, the archive keeps and an answer shows."""

import datetime as dt

import msgspec


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One news article; text is as it came, never folded.

    `published` is a date when the source told only the day, and otherwise a date-time (naive when the source
    gave no offset). `extra` keeps a record's unknown keys; they are stored and shown nowhere.
    """

    id: str
    title: str = ""
    lead: str = ""
    body: str = ""
    source: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    published: dt.date | None = None
    kicker: str = ""
    extra: dict[str, object] = msgspec.field(default_factory=dict)


class Rejection(msgspec.Struct, frozen=True):
    """A record that was not read: where it stands (`line` counts from 1; None for a whole file) and why."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """`path:line: reason`, the one line a user sees."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}"
