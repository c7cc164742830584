"""The encoder that uses sentence-transformers: runs any model, on a GPU if there is one."""

import functools
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError
from indexer.semantic.encoder import Encoder, checked, fingerprint, prepare
from indexer.semantic.model_source import ModelSource, find_source

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH_CHARACTERS = 8192  # with padding; measured best: 8 passages of 256 tokens, or more shorter ones
_BATCH_TEXTS = 32
_GPU_BATCHES = 8  # batches are this many times larger on a GPU or any other device than the CPU

# Errors that sentence-transformers raises for a folder without a usable model.
_LOAD_ERRORS = (OSError, ValueError, LookupError, RuntimeError, TypeError, AttributeError, ImportError)


class SentenceTransformerEncoder:
    """An `Encoder` over a sentence-transformers model. Safe to share between threads.

    Batches run in parallel, each in one thread. On an idle machine this is as fast as OpenMP. On a busy
    machine it is never slower than a single thread, while OpenMP's threads wait for one another and fall to a
    tenth of the speed.
    """

    def __init__(
        self, model: "SentenceTransformer", source: ModelSource, workers: ThreadPoolExecutor
    ) -> None:
        dimension = model.get_embedding_dimension()
        if dimension is None:
            raise EncoderError(f"{source.name}: the model does not tell the dimension of its vectors")
        self.name = source.name
        self.dimension: int = dimension
        self.prompts: Mapping[str, str] = _prompts(model.prompts, source)
        self.fingerprint = fingerprint(source.weights, self.prompts, dimension)
        self._model = model
        self._workers = workers
        self._scale = 1 if model.device.type == "cpu" else _GPU_BATCHES

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors [texts, dimension] of unit length."""
        return self._encode(texts, self._model.encode_document, self.prompts["passage"])

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors [texts, dimension] of unit length."""
        return self._encode(texts, self._model.encode_query, self.prompts["query"])

    def _encode(
        self, texts: Sequence[str], encode: Callable[..., NDArray[np.float32]], prompt: str
    ) -> NDArray[np.float32]:
        prepared = [prepare(text) for text in texts]
        vectors = np.empty((len(prepared), self.dimension), np.float32)

        def run(batch: list[int]) -> NDArray[np.float32]:
            return encode(
                [prepared[index] for index in batch],
                prompt=prompt,
                batch_size=len(batch),
                normalize_embeddings=True,
                show_progress_bar=False,
            )

        batches = list(_batches([len(text) for text in prepared], self._scale))
        for batch, encoded in zip(batches, self._workers.map(run, batches), strict=True):
            vectors[batch] = encoded
        return checked(vectors, self.name)


def load_sentence_transformer(name: str | None = None) -> Encoder:
    """Load the model `name`: None or "multilingual-e5-small" (bundled), a local folder, or a hub's model.

    This takes some seconds, most of them to import torch. Raises EncoderError if the model is missing or
    damaged, or the hub is unreachable.
    """
    with _quiet():
        source = find_source(name)
        try:
            model = _load(source)
        except EncoderError:
            if source.revision is None:
                raise
            source = find_source(name, fetch=True)  # the cached copy may be an incomplete download
            model = _load(source)
        workers = ThreadPoolExecutor(_cores(), thread_name_prefix="encoder", initializer=_use_one_thread)
        _speed_up(model)
        return SentenceTransformerEncoder(model, source, workers)


def _batches(lengths: Sequence[int], scale: int) -> Iterator[list[int]]:
    """Yield batches of indices of texts with similar lengths, longest first, to keep the padding small."""
    order = sorted(range(len(lengths)), key=lambda index: -lengths[index])
    start = 0
    while start < len(order):
        longest = max(lengths[order[start]], 1)
        count = scale * min(_BATCH_TEXTS, max(1, _BATCH_CHARACTERS // longest))
        yield order[start : start + count]
        start += count


def _prompts(own: Mapping[str, str | None], source: ModelSource) -> dict[str, str]:
    """Return the model's own prompts for queries and passages, or those of its family if it has none."""
    given = {name: prompt for name, prompt in own.items() if prompt} or source.family_prompts()

    def first(*names: str) -> str:
        return next((given[name] for name in names if name in given), "")

    return {
        "query": first("query", "search_query"),
        "passage": first("passage", "document", "corpus", "search_document"),
    }


def _load(source: ModelSource) -> "SentenceTransformer":
    try:
        if source.local:  # a download of gigabytes keeps its progress bar
            from huggingface_hub.utils.tqdm import disable_progress_bars

            disable_progress_bars()
        import torch
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise EncoderError(f"the encoder needs sentence-transformers ({error}): pip install it") from error
    try:
        return SentenceTransformer(
            source.location,
            revision=source.revision,
            local_files_only=source.local,
            model_kwargs={"dtype": torch.float32},
        )
    except _LOAD_ERRORS as error:
        reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise EncoderError(f"{source.name}: cannot load the model: {reason}") from error


@functools.cache
def _cores() -> int:
    """Return the number of cores that torch may use; torch obeys OMP_NUM_THREADS.

    Cached, because this function then limits torch to one thread, and the number would be lost.
    """
    import torch

    cores = torch.get_num_threads()
    _use_one_thread()
    return cores


def _use_one_thread() -> None:
    import torch

    torch.set_num_threads(1)


def _speed_up(model: "SentenceTransformer") -> None:
    """Switch the model to bfloat16 if that is faster and known not to change its results."""
    from indexer.semantic.bfloat16 import ARCHITECTURES, bfloat16_is_faster, use_bfloat16

    network = model.transformers_model
    if network is None or model.device.type != "cpu" or network.config.model_type not in ARCHITECTURES:
        return
    if bfloat16_is_faster():
        use_bfloat16(network)


@contextmanager
def _quiet() -> Iterator[None]:
    """Suppress warnings, reports and telemetry of the libraries while they are imported and load."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # otherwise tokenizers warns at every fork
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # oneDNN caches what it prepares for each tensor shape, and texts come in hundreds of shapes. With its
    # default of 1024 cached shapes a build of 5,500 passages took 3.7 GB; with a few of them it took 2.8 GB
    # and was not slower.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "8")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    for library in ("huggingface_hub", "sentence_transformers"):
        logging.getLogger(library).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
