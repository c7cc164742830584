"""Physical lines of a stream of bytes, none of them longer in memory than is allowed."""

from collections.abc import Iterator

import msgspec


class Line(msgspec.Struct, frozen=True):
    """A line with its newline, or a piece of one that is too long (`ended` is False but for the last)."""

    number: int
    data: bytes
    ended: bool


def lines(chunks: Iterator[bytes], limit: int) -> Iterator[Line]:
    """Yield the lines, numbered from 1; one longer than `limit` bytes comes in pieces of the same number."""
    number, rest = 1, b""
    for chunk in chunks:
        *complete, rest = (rest + chunk).split(b"\n")
        for data in complete:
            yield Line(number, data + b"\n", True)
            number += 1
        if len(rest) > limit:
            yield Line(number, rest, False)
            rest = b""
    if rest:
        yield Line(number, rest, True)
