"""Splits a stream of bytes into physical lines, and limits how much of a long line is in memory."""

from collections.abc import Iterator

import msgspec


class Line(msgspec.Struct, frozen=True):
    """A line with its newline, or a piece of a line that is too long.

    `ended` is False for all pieces of a long line except the last.
    """

    number: int
    data: bytes
    ended: bool


def lines(chunks: Iterator[bytes], limit: int) -> Iterator[Line]:
    """Yield the lines, numbered from 1; one longer than `limit` bytes comes in pieces with its number."""
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


def unix_newlines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    r"""Yield the same bytes with "\n" for each line end: Windows writes "\r\n", old Macs "\r"."""
    held = b""
    for chunk in chunks:
        data = held + chunk
        held = b"\r" if data.endswith(b"\r") else b""  # the next chunk may begin with its "\n"
        yield data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if held:
        yield b"\n"
