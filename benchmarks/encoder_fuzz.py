"""Fuzz the embedded encoder with hostile texts: `python -m benchmarks.encoder_fuzz [TEXTS]`.

The engine is written in C, so a bad text could crash the whole server. A separate process encodes the texts.
A text is a fault if that process dies, needs longer than `BOUND` for it or hangs, or returns a vector that is
not of unit length. The program prints the number of each such text; `text(number)` makes the text again.
"""

import faulthandler
import random
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

TEXTS = 100_000
BOUND = 10.0  # seconds of processor time for one text; 512 tokens take one or two
HANGS = 600  # seconds after which a text hangs, however busy the machine is
_LAST = 0x10FFFF
_SHARE_OF_LONG = 0.001  # long texts cost a hundred times as much as short ones
_WORDS = [
    "رئیس\u200cجمهور",
    "می\u200cگوید",
    "قیمت",
    "نفت",
    "۱۲٫۵",
    "درصد",
    "New",
    "York",
    "😀",
    "کتاب\u200cهای",
    "«تازه»",
    "ﷺ",
    "ﻼ",
]
_CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
_INVISIBLE = [
    chr(code) for code in (*range(0x200B, 0x2010), *range(0x2028, 0x2030), *range(0x2060, 0x2070), 0xFEFF)
]
_SURROGATES = [chr(code) for code in range(0xD800, 0xE000, 37)]
# Characters that NFKC expands to the most others: U+FDFA becomes 18.
_LIGATURES = [chr(code) for code in range(0xFB00, 0xFE00)]
_MARKS = [chr(code) for code in range(0x300, 0x370)]


def _block(source: random.Random) -> list[str]:
    """Return a random block of 128 Unicode code points; it may have surrogates and unassigned ones."""
    start = source.randrange(0, _LAST // 128 + 1) * 128
    return [chr(code) for code in range(start, min(start + 128, _LAST + 1))]


def _assigned(source: random.Random) -> list[str]:
    """Return a random block of Unicode in which at least one character is assigned."""
    while True:
        found = _block(source)
        if any(unicodedata.category(letter) not in ("Cn", "Co", "Cs") for letter in found):
            return found


_ALPHABETS: tuple[Callable[[random.Random], list[str]], ...] = (
    _block,
    _assigned,
    _assigned,
    lambda _: _CONTROLS + _WORDS,
    lambda _: _INVISIBLE + _WORDS,
    lambda _: _SURROGATES + _WORDS,
    lambda _: _LIGATURES,
    lambda _: ["\ufdfa"],
    lambda _: [*_MARKS, "ا", "a"],
    lambda _: [*_WORDS, " ", "\n", "\t"],
    lambda source: [source.choice(_WORDS)],
    lambda source: [chr(source.randrange(_LAST + 1)) for _ in range(50)],
)


def text(number: int) -> str:
    """Make the text with this number: mostly a few characters; one in 1,000 has 510 to 1,000,000."""
    source = random.Random(number)  # noqa: S311 - nothing is secret here
    alphabet = source.choice(_ALPHABETS)(source)
    if source.random() < _SHARE_OF_LONG:
        length = source.choice((510, 2_000, 9_000, 100_000, 1_000_000))
    else:
        length = source.randrange(0, 6)
    joint = source.choice(("", "", " ", "\u200c"))
    return joint.join(source.choices(alphabet, k=length))[:1_000_000]


class Fault(NamedTuple):
    """A text on which the encoder failed, and how it failed."""

    number: int
    what: str


def encode(first: int, last: int) -> None:
    """Encode the texts from number `first` up to, not including, `last`; print each number beforehand."""
    import numpy as np

    from indexer.semantic.embedded_encoder import load_embedded

    encoder = load_embedded()
    for number in range(first, last):
        print(number, flush=True)
        faulthandler.dump_traceback_later(HANGS, exit=True)
        made = text(number)
        start = time.process_time()
        vector = (encoder.encode_queries if number % 2 else encoder.encode_passages)([made])[0]
        taken = time.process_time() - start
        if taken > BOUND or abs(float(np.linalg.norm(vector)) - 1) > 1e-3:
            print("fault", number, f"{taken:.1f} s, length {np.linalg.norm(vector):.4f}", flush=True)
        if taken > 1:
            print("slow", f"{taken:.2f}", flush=True)
    faulthandler.cancel_dump_traceback_later()


def faults(texts: int) -> list[Fault]:
    """Encode this number of texts in separate processes; return the faults."""
    found: list[Fault] = []
    at = 0
    slowest = 0.0
    while at < texts:
        command = [sys.executable, "-m", "benchmarks.encoder_fuzz", str(at), str(texts)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ourselves
            assert process.stdout is not None  # noqa: S101 - it is a pipe
            for line in process.stdout:
                match line.split(maxsplit=2):
                    case ["fault", number, what]:
                        found.append(Fault(int(number), what.strip()))
                        print(f"text {number}: {what.strip()}", flush=True)
                    case ["slow", taken]:
                        slowest = max(slowest, float(taken))
                    case [number]:
                        at = int(number)
                        if at % 2_000 == 0:
                            print(
                                f"{at:,} texts, {len(found)} faults, slowest above 1 s: {slowest}", flush=True
                            )
        if process.returncode:
            found.append(Fault(at, f"the process ended with {process.returncode}"))
        at += 1
    return found


def main() -> None:
    """Fuzz, or, given two numbers, be the process that encodes."""
    numbers = [int(argument) for argument in sys.argv[1:]]
    if len(numbers) == 2:
        encode(*numbers)
        return
    found = faults(numbers[0] if numbers else TEXTS)
    for fault in found:
        print(f"text {fault.number}: {fault.what}: {text(fault.number)[:60]!r}")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
