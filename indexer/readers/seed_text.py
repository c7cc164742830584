"""Reads the text format (.txt): a date line that may contain the kicker, then title, lead and body."""

import re
from collections.abc import Iterator

from indexer.readers.encodings import decode
from indexer.readers.records import Fault, Record
from indexer.readers.whole import whole

_TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s*(?:[ap]\.?m\b\.?|[بق]\.?ظ\b\.?))?(?:\s*(?:Z|[+-]\d{2}:?\d{2}))?"
_DATE_LINE = re.compile(rf"date\s+(?P<date>\d\S*(?:\s+{_TIME}(?!\S))?)\s*(?P<kicker>.*)", re.IGNORECASE)


def read_text(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield the one article of the file.

    Raises UndecodableError if the file is not text, and InvalidRecordError if it is too long.
    """
    if record := parse(decode(whole(chunks))):
        yield Record(None, record)


def parse(text: str) -> dict[str, str]:
    """Return the fields of an article, or {} if there is no text.

    All kinds of line ends are accepted, and empty lines between the fields are ignored. The body keeps its
    empty lines.
    """
    rest = text.replace("\r\n", "\n").replace("\r", "\n")
    fields = {}
    first, after_first = _line(rest)
    if match := _DATE_LINE.fullmatch(first):
        fields = {"published": match["date"], "kicker": match["kicker"]}
        rest = after_first
    fields["title"], rest = _line(rest)
    fields["lead"], rest = _line(rest)
    fields["body"] = rest.strip()
    return {name: value for name, value in fields.items() if value}


def _line(text: str) -> tuple[str, str]:
    """Return the first line that is not empty, and the text after it."""
    line, _, rest = text.lstrip().partition("\n")
    return line.strip(), rest
