"""The reader of packed e5 models: tensors, vocabulary, damaged files."""

import contextlib
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import packed_model
from indexer.semantic.e5_file import BLOCK, E5Config, read_e5

SMALL = E5Config(
    hidden=32, layers=1, heads=2, feed_forward=64, vocabulary=6, positions=8, token_types=2, epsilon=1e-6
)
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁خبر", "ها"]
SCORES = [0.0, 0.0, 0.0, 0.0, -2.5, -3.5]


def packed_blocks(nibbles: np.ndarray, scales: np.ndarray) -> bytes:
    """Return the 4-bit form of `nibbles` [blocks, 32], independently of the code under test."""
    blocks = b""
    for row, scale in zip(nibbles, scales, strict=True):
        low, high = row[: BLOCK // 2], row[BLOCK // 2 :]
        blocks += struct.pack("<e", scale) + bytes(
            int(a) | int(b) << 4 for a, b in zip(low, high, strict=True)
        )
    return blocks


def small_model() -> tuple[bytes, dict[str, np.ndarray]]:
    """Return a complete, tiny model file and the tensors in it."""
    random = np.random.default_rng(5)
    sizes = (32, 1, 2, 64, 6, 8, 2)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, SMALL.epsilon, BLOCK)
    blob = [piece.encode() for piece in PIECES]
    offsets = np.concatenate([[0], np.cumsum([len(piece) for piece in blob])])
    head += struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, int(offsets[-1]))
    head += offsets.astype("<u4").tobytes() + np.array(SCORES, "<f4").tobytes() + b"".join(blob)
    head += struct.pack("<iI", 1, 3) + b"abc"
    tensors, stored, directory = {}, [], b""
    shapes = SMALL.shapes()
    at = len(head) + 4 + sum(2 + len(name) + 21 for name in shapes)
    for name, shape in shapes.items():
        count = int(np.prod(shape))
        if len(shape) == 2:
            nibbles = random.integers(0, 16, (count // BLOCK, BLOCK))
            scales = random.uniform(0.01, 0.1, count // BLOCK).astype(np.float16)
            data = packed_blocks(nibbles, scales)
            weights = (nibbles - 8) * scales[:, np.newaxis].astype(np.float32)
        else:
            weights = random.standard_normal(shape).astype(np.float32)
            data = weights.astype("<f4").tobytes()
        tensors[name] = weights.astype(np.float32).reshape(shape)
        encoded = name.encode()
        directory += struct.pack("<H", len(encoded)) + encoded
        directory += struct.pack("<BIQQ", int(len(shape) == 2), count, at, len(data))
        stored.append(data)
        at += len(data)
    return head + struct.pack("<i", len(shapes)) + directory + b"".join(stored), tensors


WHOLE, TENSORS = small_model()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "model.bin"
    path.write_bytes(content)
    return path


def read_everything(path: Path) -> None:
    model = read_e5(path)
    for name in model.names:
        model.tensor(name)


def test_every_tensor_is_read_as_it_was_packed(tmp_path: Path) -> None:
    model = read_e5(write(tmp_path, WHOLE))
    assert set(model.names) == set(TENSORS)
    for name, expected in TENSORS.items():
        tensor = model.tensor(name)
        assert tensor.dtype == np.float32
        np.testing.assert_array_equal(tensor, expected)


def test_pieces_scores_and_special_tokens_are_read(tmp_path: Path) -> None:
    vocabulary = read_e5(write(tmp_path, WHOLE)).vocabulary
    assert vocabulary.pieces == PIECES
    assert vocabulary.scores.tolist() == SCORES
    assert (vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unk) == (0, 1, 2, 3)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(length=st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_anywhere_is_refused(tmp_path: Path, length: int) -> None:
    path = write(tmp_path, WHOLE[:length])
    with pytest.raises(EncoderError, match=r"model\.bin") as caught:
        read_everything(path)
    assert "\n" not in str(caught.value)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, len(WHOLE) - 4), value=st.binary(min_size=1, max_size=4))
@example(at=1292, value=b"\x7f").via("a weight that numpy warned of")
def test_a_damaged_file_is_read_or_refused_but_never_crashes(tmp_path: Path, at: int, value: bytes) -> None:
    path = write(tmp_path, WHOLE[:at] + value + WHOLE[at + len(value) :])
    with contextlib.suppress(EncoderError):
        read_everything(path)


@pytest.mark.parametrize(
    ("at", "value", "says"),
    [
        (0, b"GGUF", "not a packed e5 model"),
        (4, struct.pack("<I", 9), "version 9"),
        (8, struct.pack("<i", -1), "impossible sizes"),
        (12, struct.pack("<i", 2**31 - 1), "impossible number of layers"),
        (40, struct.pack("<i", 64), "blocks of 64"),
        (44, struct.pack("<i", 2**31 - 1), "pieces"),
    ],
)
def test_each_kind_of_wrong_header_has_its_own_error(
    tmp_path: Path, at: int, value: bytes, says: str
) -> None:
    path = write(tmp_path, WHOLE[:at] + value + WHOLE[at + 4 :])
    with pytest.raises(EncoderError, match=says):
        read_everything(path)


def test_a_weight_that_is_not_a_number_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, WHOLE[:-4] + struct.pack("<f", float("nan")))
    with pytest.raises(EncoderError, match=r"l0\.oln\.b is damaged"):
        read_everything(path)


def test_a_missing_model_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="cannot read the model"):
        read_e5(tmp_path / "nothing.bin")


def test_the_bundled_file_holds_multilingual_e5_small() -> None:
    model = read_e5(packed_model())
    config, vocabulary = model.config, model.vocabulary
    assert (config.hidden, config.layers, config.heads, config.positions) == (384, 12, 12, 512)
    assert len(vocabulary.pieces) == 250_002
    assert "▁ایران" in vocabulary.pieces
    assert model.tensor("l11.fo.w").shape == (384, 1536)
    assert np.abs(model.tensor("l0.q.w")).max() < 10
