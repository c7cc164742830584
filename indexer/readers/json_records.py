"""Reads JSON Lines (.jsonl) and JSON documents (.json): an array, one object, or one object a line."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from indexer.readers.encodings import utf8_chunks
from indexer.readers.lines import lines
from indexer.readers.records import MAX_RECORD_BYTES, TOO_LONG, Fault, Record

_DECODER = msgspec.json.Decoder(dict[str, Any])
_STRING = rb'(?:[^"\\\n]|\\[^\n])*+(?P<end>"?)'
_STRING_REST = re.compile(_STRING)
_TOKEN = re.compile(rb'"' + _STRING + rb'|[{}\[\],\n]|[^"{}\[\],\n]+')
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")
_NOT_AN_OBJECT = 'is not an object; an article is {"title": …, "body": …}'


def read_lines(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield one object a line. Skip empty lines. Raises UndecodableError if the file is not text."""
    return _by_line(utf8_chunks(chunks))


def read_document(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield the objects of an array, a single object or JSON Lines, with only one object in memory at a time.

    Raises UndecodableError if the file is not text.
    """
    text = utf8_chunks(chunks)
    head = next(text, b"")
    first_line = head.lstrip().partition(b"\n")[0].rstrip()
    text = itertools.chain([head], text)
    if first_line.startswith(b"{") and first_line.endswith(b"}"):
        return _by_line(text)
    return _by_brackets(text)


def _by_line(text: Iterator[bytes]) -> Iterator[Record | Fault]:
    too_long = False
    for line in lines(text, MAX_RECORD_BYTES):
        if too_long or not line.ended:
            if not too_long:
                yield Fault(line.number, TOO_LONG)
            too_long = not line.ended
        elif data := line.data.strip():
            yield _record(line.number, data)


def _by_brackets(text: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Find the ends of each object by its brackets alone, so that a broken object affects no other one."""
    depth = 0  # of open brackets in the current object
    line = started_at = 1
    element = bytearray()
    in_array = in_stray = False
    for token in _tokens(text):
        if depth > 0:
            depth += (token in _OPENING) - (token in _CLOSING)
            if len(element) <= MAX_RECORD_BYTES:
                element += token
            if depth == 0:
                yield _record(started_at, bytes(element))
        elif token == b"[" and not in_array:
            in_array = True
        elif token in _OPENING:
            in_array, in_stray = True, False
            depth, started_at, element = 1, line, bytearray(token)
        elif token in (b",", b"]"):
            in_stray = False
        elif not (in_stray or token.isspace()):
            in_stray = True
            yield Fault(line, _NOT_AN_OBJECT)
        line += token == b"\n"
    if depth > 0:
        yield Fault(
            started_at, "is never closed: a bracket or quotation mark is missing, or the file was cut off"
        )


def _tokens(text: Iterator[bytes]) -> Iterator[bytes]:
    """Yield brackets, commas, newlines, strings and the text between them. Together they are the whole text.

    A string that continues beyond the end of a chunk comes in pieces.
    """
    rest, in_string = b"", False
    for chunk in text:
        data, position = rest + chunk, 0
        while match := (_STRING_REST if in_string else _TOKEN).match(data, position):
            if match.end() > position:
                yield match[0]
            position = match.end()
            in_string = match["end"] == b"" and data[position:] in (b"", b"\\")
            if in_string:
                break  # at the chunk's end, or at a final backslash: the next chunk has the escaped character
        rest = data[position:]


def _record(line: int, data: bytes) -> Record | Fault:
    if len(data) > MAX_RECORD_BYTES:
        return Fault(line, TOO_LONG)
    try:
        return Record(line, _DECODER.decode(data))
    except msgspec.ValidationError:
        return Fault(line, _NOT_AN_OBJECT)
    except msgspec.DecodeError as error:
        return Fault(line, f"is broken JSON: {str(error).removeprefix('JSON is malformed: ')}")
    except UnicodeDecodeError:
        return Fault(line, "is not valid UTF-8; repair it or save the file as UTF-8")
    except RecursionError:
        return Fault(line, "is nested too deeply")
