"""The instructions of the processor decide which encoder can run."""

from pathlib import Path

import pytest

from indexer.errors import EncoderError
from indexer.semantic import embedded_encoder, loading
from indexer.semantic.embedded_encoder import load_embedded, runs_here
from indexer.semantic.loading import load_query_encoder
from indexer.semantic.processor import processor_flags


@pytest.mark.parametrize(
    ("listing", "flags"),
    [
        ("model name\t: some\nflags\t\t: fpu avx2 fma\n\nflags\t\t: other\n", {"fpu", "avx2", "fma"}),
        ("model name\t: avx2\nFeatures\t: neon\n", set()),
        ("", set()),
    ],
)
def test_the_flags_are_those_of_the_first_processor(tmp_path: Path, listing: str, flags: set[str]) -> None:
    (tmp_path / "cpuinfo").write_text(listing)
    assert processor_flags(tmp_path / "cpuinfo") == flags
    assert processor_flags(tmp_path / "none") == set()


def test_an_old_processor_gets_one_line_or_the_extra_and_never_an_illegal_instruction(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded_encoder, "processor_flags", lambda: frozenset({"fpu", "sse2", "avx"}))
    assert not runs_here()
    with pytest.raises(EncoderError, match="needs a processor with AVX2") as caught:
        load_embedded()
    assert "\n" not in str(caught.value)
    extra = object()
    monkeypatch.setattr(loading, "_sentence_transformer", lambda name: extra)
    monkeypatch.setattr(loading, "has_sentence_transformers", lambda: True)
    assert load_query_encoder() is extra
    monkeypatch.setattr(loading, "has_sentence_transformers", lambda: False)
    with pytest.raises(EncoderError, match="sentence-transformers"):
        load_query_encoder()


def test_a_processor_that_lists_no_flags_is_given_a_try(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_encoder, "processor_flags", frozenset)
    assert runs_here()
