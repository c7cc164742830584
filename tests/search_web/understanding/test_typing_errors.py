"""Typos of fingers and ears: which words a typed word may be a typo of, and how likely each is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.key_hashes import key_hashes
from search_web.understanding import typing_errors
from search_web.understanding.typing_errors import KEYS_BESIDE, LETTERS, ROWS, SAME_SOUND, candidate_hashes

WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=8)


def intended(typed: str) -> dict[str, float]:
    """Return the costs of all candidates, as if every word existed."""
    return {found.word: found.cost for found in typing_errors.intended(typed, lambda hashes: hashes > 0)}


@pytest.mark.parametrize(
    "typo",
    [
        "تهرن",  # a letter dropped
        "تتهران",  # a letter doubled
        "تهارن",  # two letters swapped
        "تهرغن",  # غ is on a key beside ا, as ع, ل and ت are
        "طهران",  # ط sounds like ت
        "تهرانم",  # a letter too many
        "تهربن",  # any other letter
    ],
)
def test_each_kind_of_typo_is_undone(typo: str) -> None:
    assert "تهران" in intended(typo)


def test_likelier_typos_cost_less() -> None:
    assert intended("تتهران")["تهران"] <= intended("طهران")["تهران"]
    assert intended("طهران")["تهران"] < intended("اهران")["تهران"] < intended("ژهران")["تهران"]
    assert intended("تهرانم")["تهران"] < intended("تهرانث")["تهران"]


def test_the_typed_word_is_not_among_the_intended_words() -> None:
    assert "مدد" not in intended("مدد")
    assert intended("مدد")["مد"] == 0


@given(WORDS, st.data())
def test_undoing_any_single_change_of_a_word_finds_the_word(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(LETTERS))
    changed = {
        word[:at] + word[at + 1 :],
        word[:at] + letter + word[at:],
        word[:at] + letter + word[at + 1 :],
        word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
    }
    assert all(word in intended(typo) for typo in changed - {word})


def test_neighbouring_keys_are_mutual_and_every_letter_has_a_key() -> None:
    assert all(letter in KEYS_BESIDE[other] for letter in KEYS_BESIDE for other in KEYS_BESIDE[letter])
    assert set("".join(ROWS)) | {"ژ"} == set(LETTERS)  # ژ is a shifted ز
    assert set("سیثقلر") <= set(KEYS_BESIDE["ب"] + KEYS_BESIDE["ی"])
    assert "م" not in KEYS_BESIDE["ب"]
    assert set("".join(SAME_SOUND)) <= set(LETTERS)


@given(st.text(alphabet=LETTERS[:6] + "ئa", max_size=6))
def test_every_hash_is_that_of_the_candidate_that_is_spelled_out_for_it(typed: str) -> None:
    hashes = candidate_hashes(typed)
    for place in np.flatnonzero(hashes).tolist():
        (candidate,) = typing_errors.intended(typed, lambda _, place=place: np.eye(1, len(hashes), place)[0])
        assert key_hashes([candidate.word])[0] == hashes[place]
        assert candidate.word != typed


@given(WORDS)
def test_only_existing_words_are_candidates_with_their_numbers_of_articles(typed: str) -> None:
    existing = {word: number for number, word in enumerate(sorted(intended(typed))[::40], start=1)}
    hashes = key_hashes([*existing])

    def frequencies(asked: np.ndarray) -> np.ndarray:
        return ((asked[:, None] == hashes) * [*existing.values()]).sum(axis=1)

    found = typing_errors.intended(typed, frequencies)
    assert {candidate.word: candidate.articles for candidate in found} == existing
