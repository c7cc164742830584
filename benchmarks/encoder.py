"""Speed of the encoder, compared with a bare matrix product on the same processor."""

from benchmarks.measure import Measurement, seconds, seed_articles
from indexer.semantic.encoder import load_passage_encoder
from indexer.semantic.passages import passages

# Multiplications and additions of the linear layers of multilingual-e5-small for one token: 12 layers, each
# four projections of 384 x 384 and two of 384 x 1536.
_OPERATIONS_A_TOKEN = 2 * 12 * (4 * 384 * 384 + 2 * 384 * 1536)
# A word of Persian news has about this many tokens.
_TOKENS_A_WORD = 1.4


def rows() -> list[Measurement]:
    """Return billions of operations per second, of encoding passages and of a bfloat16 matrix product."""
    import torch

    encoder = load_passage_encoder()
    texts = [passage.text for article in seed_articles() for passage in passages(article)]
    tokens = sum(len(text.split()) for text in texts) * _TOKENS_A_WORD
    encoding = seconds(lambda: encoder.encode_passages(texts), rounds=2)
    size = 2048
    left, right = (torch.ones(size, size, dtype=torch.bfloat16) for _ in range(2))
    product = seconds(lambda: left @ right)
    return [
        Measurement(
            f"encoding, {len(texts) / encoding:.1f} passages/s",
            tokens * _OPERATIONS_A_TOKEN / encoding / 1e9,
            2 * size**3 / product / 1e9,
            "Gop/s",
            "bfloat16 matrix product, one thread",
        )
    ]
