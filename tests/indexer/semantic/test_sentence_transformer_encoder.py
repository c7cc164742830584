"""The sentence-transformers encoder: bfloat16, models from a hub and from a folder."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from commands import HANGS

from indexer.errors import EncoderError
from indexer.semantic.e5_bundle import PROMPTS
from indexer.semantic.e5_cache import unpacked_model
from indexer.semantic.encoder import Encoder
from indexer.semantic.model_source import E5_INSTRUCT_PROMPTS, ModelSource
from indexer.semantic.sentence_transformer_encoder import load_sentence_transformer

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
from indexer.semantic.sentence_transformer_encoder import load_sentence_transformer
try:
    encoder = load_sentence_transformer(*sys.argv[1:])
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
    return load_sentence_transformer()


def run(script: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=HANGS,
    )


@encoder_test
def test_mixed_bfloat16_gives_nearly_the_same_vectors_as_float32(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer.semantic import bfloat16

    monkeypatch.setattr(bfloat16, "bfloat16_is_faster", lambda: False)
    plain = load_sentence_transformer()
    monkeypatch.setattr(bfloat16, "bfloat16_is_faster", lambda: True)
    mixed = load_sentence_transformer()
    texts = [*SENTENCES, " ".join(SENTENCES * 8)]
    left, right = plain.encode_passages(texts), mixed.encode_passages(texts)
    assert not np.array_equal(left, right)
    assert (left * right).sum(axis=1).min() > 0.9995
    assert plain.fingerprint == mixed.fingerprint == encoder.fingerprint


@encoder_test
def test_loading_the_bundle_is_silent_and_opens_no_connection(encoder: Encoder) -> None:
    done = run(REPORT)
    assert done.stderr == ""
    prompts = {"query": "query: ", "passage": "passage: "}
    assert json.loads(done.stdout) == ["multilingual-e5-small", encoder.fingerprint, prompts, []]


@encoder_test
def test_a_cached_hub_model_loads_without_a_connection(encoder: Encoder, tmp_path: Path) -> None:
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
    assert prompts == PROMPTS, "the family's prompts stand in for those that the model lacks"
    assert fingerprint != encoder.fingerprint


@encoder_test
def test_a_model_can_be_loaded_from_a_local_folder(encoder: Encoder) -> None:
    folder = str(unpacked_model())
    local = load_sentence_transformer(folder)
    assert (local.name, local.dimension, local.prompts) == (folder, 384, encoder.prompts)
    assert local.fingerprint != encoder.fingerprint
    assert np.array_equal(local.encode_queries(SENTENCES[:1]), encoder.encode_queries(SENTENCES[:1]))


@encoder_test
def test_a_folder_without_a_model_is_one_error_line(tmp_path: Path) -> None:
    (tmp_path / "modules.json").write_text("[")
    with pytest.raises(EncoderError, match="cannot load the model") as caught:
        load_sentence_transformer(str(tmp_path))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["./nowhere", "/no/such/model", "~/no such", "a/b/c", ""])
def test_a_name_that_can_only_be_a_folder_is_not_looked_up_on_the_hub(name: str) -> None:
    with pytest.raises(EncoderError, match="no such model folder"):
        load_sentence_transformer(name)


@contextmanager
def dead_hub() -> Iterator[tuple[str, list[object]]]:
    """Yield an address that closes every connection at once, and the list of the peers that connected."""
    tries: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            while True:
                try:
                    connection, peer = listener.accept()
                except OSError:
                    return
                tries.append(peer)
                connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", tries
        listener.shutdown(socket.SHUT_RDWR)


def test_an_unreachable_hub_is_reported_at_once_in_one_line(tmp_path: Path) -> None:
    with dead_hub() as (address, tries):
        done = run(REPORT, "acme/none", HF_ENDPOINT=address, HF_HOME=str(tmp_path))
    assert len(tries) == 1, "the loader alone would try again and again for 70 seconds"
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1
    assert "acme/none: no such folder, and the hub is out of reach" in done.stdout


@pytest.mark.parametrize(
    ("location", "prompts"),
    [
        ("intfloat/multilingual-e5-base", PROMPTS),
        ("intfloat/multilingual-e5-large-instruct", E5_INSTRUCT_PROMPTS),
        ("/models/E5_small", PROMPTS),
        ("BAAI/bge-m3", {}),
        ("acme/re5ults", {}),
    ],
)
def test_models_of_the_e5_family_get_its_prompts(location: str, prompts: Mapping[str, str]) -> None:
    assert ModelSource(location, location, "").family_prompts() == prompts
