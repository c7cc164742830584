"""Detecting the encoding of long and of very short texts."""

import codecs
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.readers.encodings import SAMPLE_BYTES, UndecodableError, decode, detect, utf8_chunks

WORD = "خبر"
SENTENCE = "وزیر گفت: «می‌رویم» و ۱۲ نفر آمدند."
ARABIC_KEYBOARD = "رئيس سازمان گفت: كتاب‌ها چاپ مي‌شود؛ پژوهش و گچ."
LONG = (SENTENCE + "\n") * 2000

UTF = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]


@pytest.mark.parametrize("text", [SENTENCE, ARABIC_KEYBOARD, LONG, "Tehran 1404\n", ""])
@pytest.mark.parametrize("encoding", UTF)
def test_text_in_every_unicode_encoding_is_read(text, encoding):
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_one_word_is_enough_to_detect_the_encoding(encoding):
    assert decode(WORD.encode(encoding)) == WORD


@pytest.mark.parametrize("text", ["گل", "ايران", ARABIC_KEYBOARD, ARABIC_KEYBOARD * 5000, f"<p>{WORD}</p>"])
def test_windows_1256_is_detected_from_the_bytes(text):
    assert decode(text.encode("cp1256")) == text


def test_arabic_letters_of_windows_1256_are_kept():
    assert set("يك") <= set(decode(ARABIC_KEYBOARD.encode("cp1256")))


def test_western_text_is_read_too():
    text = "Le président a été reçu à Téhéran, où il a parlé de l'été dernier."
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("start", [b"\xff\xd8\xff\xe0\x00\x10JFIF", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"])
def test_binary_data_is_refused(start):
    noise = random.Random(7).randbytes(4000)  # noqa: S311 - noise, no secret
    with pytest.raises(UndecodableError, match="save it as UTF-8"):
        decode(start + noise)


def test_damaged_utf8_is_refused_with_its_line_and_never_taken_for_another_encoding():
    data = f"{SENTENCE}\n{SENTENCE}\n".encode() + b"\xff\xfe" + SENTENCE.encode()
    assert detect(data) == "utf-8"
    with pytest.raises(UndecodableError, match="line 3 is not valid UTF-8"):
        decode(data)


def test_a_sample_may_end_inside_a_character():
    data = SENTENCE.encode()[:-2] + "د".encode()[:1]
    assert detect(data, complete=False) == "utf-8"


@given(
    st.text(
        alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff", exclude_categories=["Cs", "Cc"])
    )
)
def test_utf8_text_is_always_decoded_unchanged(text):
    assert decode(("خبر " + text).encode()) == "خبر " + text


def _chunked(data, size):
    return (data[start : start + size] for start in range(0, len(data), size))


@pytest.mark.parametrize("size", [1, 3, 1000])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1256"])
def test_a_stream_becomes_utf8_wherever_its_chunks_are_cut(encoding, size):
    text = ARABIC_KEYBOARD * 20
    assert b"".join(utf8_chunks(_chunked(text.encode(encoding), size))).decode() == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1256"])
def test_a_stream_is_not_buffered_beyond_the_sample(encoding):
    chunk = (ARABIC_KEYBOARD * 1000).encode("utf-16-le" if encoding == "utf-16" else encoding)
    given_out = 0

    def endless():
        nonlocal given_out
        if encoding == "utf-16":
            yield codecs.BOM_UTF16_LE
        while True:
            given_out += 1
            yield chunk

    text = utf8_chunks(endless())
    assert [next(text) for _ in range(3)]
    assert given_out < SAMPLE_BYTES // len(chunk) + 5


def test_invalid_bytes_in_a_utf8_stream_are_passed_on_to_its_reader():
    data = SENTENCE.encode() + b"\xff\n"
    assert b"".join(utf8_chunks(iter([data]))) == data
