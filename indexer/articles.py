"""The article: readers yield articles, the archive stores them, and search results show them."""

import datetime as dt

import msgspec


class Article(msgspec.Struct, frozen=True, kw_only=True):
    """One news article. Its texts are unchanged, never folded.

    `published` is a date if the source gives only the day, and otherwise a date-time (naive if the source
    gives no UTC offset). `extra` keeps the unknown keys of a record; they are stored, but never shown.
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
    """A record that was not read: its place (`line` counts from 1; None for a whole file) and the reason."""

    path: str
    line: int | None
    reason: str

    def __str__(self) -> str:
        """Return `path:line: reason`, the line that the user sees."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.reason}"


class Note(msgspec.Struct, frozen=True):
    """What a user should know about something that was read. `path` and `line` are as in Rejection."""

    path: str
    line: int | None
    text: str

    def __str__(self) -> str:
        """Return `path:line: text`, the line that the user sees."""
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.text}"
