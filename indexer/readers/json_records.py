"""Reads JSON Lines (.jsonl) and JSON documents (.json): an array, one object, or one object a line."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from indexer.readers.encodings import utf8_chunks
from indexer.readers.json_wrappers import opens_list, wrapped
from indexer.readers.lines import lines, unix_newlines
from indexer.readers.records import MAX_RECORD_BYTES, TOO_LONG, Fault, Record

_DECODER = msgspec.json.Decoder(dict[str, Any])
_STRING = rb'(?:[^"\\\n]|\\[^\n])*+(?P<end>"?)'
_STRING_REST = re.compile(_STRING)
_TOKEN = re.compile(rb'"' + _STRING + rb'|[{}\[\],\n]|[^"{}\[\],\n]+')
_OPENING, _CLOSING = (b"{", b"["), (b"}", b"]")
_NOT_AN_OBJECT = 'is not an object; an article is {"title": …, "body": …}'


def read_lines(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield one object a line. Skip empty lines. Raises UndecodableError if the file is not text.

    A file that is an array, or one object over several lines, is read as a document.
    """
    first_line, text = _first_line(chunks)
    return _by_brackets(text) if first_line.startswith(b"[") or first_line == b"{" else _by_line(text)


def read_document(chunks: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Yield the objects of an array, a single object or JSON Lines, with only one object in memory at a time.

    If the single object wraps a list of articles, yield those. Raises UndecodableError if the file is not
    text.
    """
    first_line, text = _first_line(chunks)
    if first_line.startswith(b"{") and first_line.endswith((b"}", b"},")):
        return _by_line(text)
    return _by_brackets(text)


def _first_line(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first line that is not empty, or b"" if it is longer than a chunk; and the whole text."""
    text = unix_newlines(utf8_chunks(chunks))
    head = next(text, b"")
    line, newline, _ = head.lstrip().partition(b"\n")
    following = b"" if newline else next(text, b"")
    return b"" if following else line.rstrip(), itertools.chain([head, following], text)


def _by_line(text: Iterator[bytes]) -> Iterator[Record | Fault]:
    too_long = False
    for line in lines(text, MAX_RECORD_BYTES):
        if too_long or not line.ended:
            if not too_long:
                yield Fault(line.number, TOO_LONG)
            too_long = not line.ended
        elif data := line.data.strip().rstrip(b", \t"):
            yield from _records(line.number, data)


def _by_brackets(text: Iterator[bytes]) -> Iterator[Record | Fault]:
    """Find the ends of each object by its brackets alone, so that a broken object affects no other one."""
    tokens = _tokens(text)
    depth = 0  # of open brackets in the current object
    line = started_at = 1
    element = bytearray()
    in_array = in_stray = False
    wrapper = _Wrapper()
    while (token := next(tokens, None)) is not None or (depth > 0 and wrapper.opened):
        if depth > 0:
            if token == b"{":
                wrapper.look(element, depth, line)
            depth += (token in _OPENING) - (token in _CLOSING)
            full = len(element) > MAX_RECORD_BYTES
            if token is not None and not full:
                element += token
            if wrapper.opened and (token is None or full or (depth == 0 and _wraps(bytes(element)))):
                line, again = wrapper.enter(wrapper.opened, element)
                tokens = itertools.chain(again, [token] if full and token else [], tokens)
                depth, in_array = 0, True
                continue
            if depth == 0:
                yield from _records(started_at, bytes(element), rest=wrapper.left)
                wrapper.opened, wrapper.left = None, False
        elif token == b"[" and not in_array:
            in_array = True
        elif token in _OPENING:
            in_array, in_stray = True, False
            depth, started_at, element = 1, line, bytearray(token)
        elif token == b"]" and wrapper.around:
            depth, started_at, element = wrapper.around, line, wrapper.leave()
            in_stray = False
        elif token in (b",", b"]"):
            in_stray = False
        elif token is not None and not (in_stray or token.isspace()):
            in_stray = True
            yield Fault(line, _NOT_AN_OBJECT)
        line += token == b"\n"
    if depth > 0 and not wrapper.left:
        yield Fault(
            started_at, "is never closed: a bracket or quotation mark is missing, or the file was cut off"
        )


class _Wrapper:
    """The object around a list of articles, in {"status": "ok", "articles": [{…}, …], "total": 2}.

    `opened` tells where in the current object such a list opens, `around` counts the objects around the list
    that is being read, and `left` is whether the current object is the rest of a wrapper after its list.
    """

    def __init__(self) -> None:
        self.opened: tuple[int, int, int] | None = None
        self.around = 0
        self.left = False

    def look(self, element: bytearray, depth: int, line: int) -> None:
        """Remember the place if the first object of a list of articles opens here."""
        if not (self.opened or self.around or self.left) and opens_list(element, depth):
            self.opened = len(element), depth, line

    def enter(self, opened: tuple[int, int, int], element: bytearray) -> tuple[int, Iterator[bytes]]:
        """Begin the list: return its line, and the tokens of the object from there on, to be read again."""
        offset, depth, line = opened
        self.opened, self.around = None, depth - 1
        return line, _tokens(iter([bytes(element[offset:])]))

    def leave(self) -> bytearray:
        """End the list: return an object to which the rest of the wrapper is added."""
        beginning = bytearray(b'{"":' * (self.around - 1) + b'{"":0')
        self.around, self.left = 0, True
        return beginning


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


def _records(line: int, data: bytes, *, rest: bool = False) -> Iterator[Record | Fault]:
    """Yield the record in a JSON object, or the records that it wraps. `rest`: only what it wraps."""
    if len(data) > MAX_RECORD_BYTES:
        yield Fault(line, TOO_LONG)
        return
    try:
        fields = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        yield Fault(line, _reason(error))
        return
    inner = wrapped(fields)
    for one in inner or ([] if rest else [fields]):
        yield Record(line, one) if isinstance(one, dict) else Fault(line, _NOT_AN_OBJECT)


def _wraps(data: bytes) -> bool:
    """Return whether an object that may wrap a list does so. If it is broken, only its list can be read."""
    try:
        return wrapped(_DECODER.decode(data)) is not None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return True


def _reason(error: Exception) -> str:
    if isinstance(error, msgspec.ValidationError):
        too_large = "out of range" in str(error)
        return "holds a number that is too large; write it as text" if too_large else _NOT_AN_OBJECT
    if isinstance(error, msgspec.DecodeError):
        return f"is broken JSON: {str(error).removeprefix('JSON is malformed: ')}"
    if isinstance(error, UnicodeDecodeError):
        return "is not valid UTF-8; repair it or save the file as UTF-8"
    return "is nested too deeply"
