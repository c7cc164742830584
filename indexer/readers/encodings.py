"""Detects the encoding of a file and decodes it: UTF-8, UTF-16 or Windows-1256.

Strict UTF-8 is tried before any guess, because text in another encoding is hardly ever valid UTF-8. Guessing
among many code pages fails on short Persian texts. Only two are therefore considered: Windows-1256, in which
Persian text really occurs, and Windows-1252.
"""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

from indexer.errors import ReadError

SAMPLE_BYTES = 1 << 20
"""How many bytes of a file are used to detect its encoding."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins like that of UTF-16, so it must be tested first
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ARABIC_LETTER = re.compile(r"[\u0620-\u064a\u066e-\u06d3]")
_NON_ASCII_LETTER = re.compile(r"[^\W\d_\x00-\x7f]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


class UndecodableError(ReadError):
    """The bytes are not text in any supported encoding. `str(error)` is the reason."""


def detect(sample: bytes, *, complete: bool = True) -> str:
    """Return the name of the codec of `sample`. `complete` is False if the sample may end inside a character.

    The result is "utf-8" also for UTF-8 with some broken bytes, so that the caller can report these bytes.
    Raises UndecodableError if the sample is not text.
    """
    for bom, codec in _BOMS:
        if sample.startswith(bom):
            return codec
    if utf16 := _utf16_without_bom(sample):
        return utf16
    if _is_utf8(sample, complete=complete) or _is_damaged_utf8(sample):
        return "utf-8"
    if _reads_as_persian(sample.decode("cp1256")):
        return "cp1256"
    guess = from_bytes(sample, cp_isolation=["cp1256", "cp1252"], enable_fallback=False).best()
    if guess is None:
        raise UndecodableError("is not text in UTF-8, UTF-16 or Windows-1256; save it as UTF-8")
    return guess.encoding


def decode(data: bytes) -> str:
    """Return the text of a whole file, without its byte order mark.

    Raises UndecodableError if it is not text, or has bytes that its encoding does not allow.
    """
    codec = detect(data[:SAMPLE_BYTES], complete=len(data) <= SAMPLE_BYTES)
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        name = codec.removesuffix("-sig").upper()
        raise UndecodableError(
            f"line {line} is not valid {name}; repair it or save the file as UTF-8"
        ) from error


def utf8_chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the same text in UTF-8 without a byte order mark. Broken UTF-8 passes through unchanged.

    Raises UndecodableError if the beginning (SAMPLE_BYTES) is not text.
    """
    head, complete = _head(chunks)
    codec = detect(head, complete=complete)
    if codec in ("utf-8", "utf-8-sig"):
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(codec)(errors="replace")
    yield decoder.decode(head).encode()
    for chunk in chunks:
        yield decoder.decode(chunk).encode()
    yield decoder.decode(b"", final=True).encode()


def _head(chunks: Iterator[bytes]) -> tuple[bytes, bool]:
    """Return the first SAMPLE_BYTES or more, and whether they are the whole file."""
    head = bytearray()
    for chunk in chunks:
        head += chunk
        if len(head) >= SAMPLE_BYTES:
            return bytes(head), False
    return bytes(head), True


def _utf16_without_bom(sample: bytes) -> str | None:
    """Return the UTF-16 codec of `sample`, or None.

    In UTF-16 nearly every second byte is 00 (Latin, spaces) or 06 (Persian).
    """
    if len(sample) < 4:
        return None
    even, odd = ((half.count(0x00) + half.count(0x06)) / len(half) for half in (sample[0::2], sample[1::2]))
    if odd > 0.7 and even < 0.4:
        return "utf-16-le"
    if even > 0.7 and odd < 0.4:
        return "utf-16-be"
    return None


def _is_utf8(sample: bytes, *, complete: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=complete)
    except UnicodeDecodeError:
        return False
    return True


def _is_damaged_utf8(sample: bytes) -> bool:
    """Return whether most bytes above ASCII form UTF-8 characters; in Windows-1256 few do, by chance."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    above_ascii = len(text) - len(text.encode("ascii", errors="ignore"))
    return above_ascii > 2 * broken


def _reads_as_persian(text: str) -> bool:
    """Return whether nearly all letters above ASCII are Arabic script, and control characters are rare."""
    letters = len(_NON_ASCII_LETTER.findall(text))
    arabic = len(_ARABIC_LETTER.findall(text))
    return arabic > 0.9 * letters > 0 and len(_CONTROL.findall(text)) <= 0.01 * len(text)
