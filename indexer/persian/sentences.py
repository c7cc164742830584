"""Splits the original text into sentences."""

import re
from collections.abc import Iterator

# A punctuation mark ends a sentence only before white space: «۳.۵ درصد» and «isna.ir» are not split. A long
# run of marks is searched once, not again from each of them.
_END = re.compile(r"""(?:(?<![.!?؟…])[.!?؟…]++[»"')\]]*+(?=\s)|\n)\s*""")


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each sentence, without white space at its ends. Skip empty sentences."""
    start = 0
    for match in _END.finditer(text):
        yield from _trimmed(text, start, match.end())
        start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    sentence = text[start:end]
    stripped = sentence.strip()
    if stripped:
        begin = start + sentence.index(stripped)
        yield begin, begin + len(stripped)
