"""Sorted, mapped words: every look-up answers as a dictionary of the same words would."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.errors import IndexCorrupt
from indexer.key_hashes import BASE, MASK, key_hash, key_hashes
from indexer.lexemes import LexemeIndex, Lexemes

# Letters of one to four bytes, also such that UTF-16 would sort otherwise.
KEYS = st.text(alphabet="aابی\u200c\ufb56\U0001f600", min_size=1, max_size=4)
ENTRIES = st.dictionaries(KEYS, st.tuples(KEYS, st.integers(1, 2**32 - 1)), max_size=40)
SOMEWHERE = Path("words.arrays")


def index_of(entries: dict[str, tuple[str, int]]) -> LexemeIndex:
    lexemes = Lexemes.of((key, form, count) for key, (form, count) in entries.items())
    return LexemeIndex(lexemes.arrays(), SOMEWHERE)


@given(ENTRIES, KEYS)
def test_a_key_is_found_with_its_form_and_count(entries: dict[str, tuple[str, int]], other: str) -> None:
    index = index_of(entries)
    assert len(index) == len(entries)
    for key, (form, count) in entries.items():
        place = index.find(key_hash(key))
        assert (index.key(place), index.form(place), index.count(key_hash(key))) == (key, form, count)
    assert (index.find(key_hash(other)) >= 0) == (other in entries)
    assert index.count(key_hash(other)) == entries.get(other, ("", 0))[1]


@given(ENTRIES, st.lists(KEYS, max_size=10))
def test_counts_of_many_hashes_are_those_of_the_keys(
    entries: dict[str, tuple[str, int]], others: list[str]
) -> None:
    asked = [*others, *entries]
    counts = index_of(entries).counts_of(key_hashes(asked))
    assert counts.tolist() == [entries.get(key, ("", 0))[1] for key in asked]


@given(ENTRIES, st.text(alphabet="aابی\u200c\ufb56\U0001f600", max_size=2))
def test_prefix_lookup_finds_exactly_the_keys_that_start_with_the_prefix(
    entries: dict[str, tuple[str, int]], prefix: str
) -> None:
    index = index_of(entries)
    found = [index.key(place) for place in index.starting_with(prefix)]
    assert found == sorted(key for key in entries if key.startswith(prefix))


@given(st.lists(st.integers(1, 9), max_size=40), st.integers(1, 12), st.data())
def test_the_most_frequent_entries_are_those_of_a_full_sort(
    counts: list[int], number: int, data: st.DataObject
) -> None:
    index = index_of({f"{place:03}": ("", count) for place, count in enumerate(counts)})
    start = data.draw(st.integers(0, len(counts)))
    places = range(start, data.draw(st.integers(start, len(counts))))
    expected = sorted(places, key=lambda place: (-counts[place], place))[:number]
    assert index.most_frequent(places, number) == expected


@given(ENTRIES)
def test_all_entries_come_back_as_rows(entries: dict[str, tuple[str, int]]) -> None:
    rows = sorted((key, form, count) for key, (form, count) in entries.items())
    assert list(index_of(entries).lexemes().rows()) == rows


@given(st.text(max_size=6), st.text(max_size=6))
def test_the_hash_of_joined_texts_follows_from_theirs(left: str, right: str) -> None:
    shifted = key_hash(left) * pow(BASE, len(right), MASK + 1)
    assert key_hash(left + right) == (shifted + key_hash(right)) & MASK


@given(st.lists(st.text(max_size=6), max_size=8))
def test_many_texts_have_the_same_hashes_as_one_by_one(texts: list[str]) -> None:
    assert key_hashes(texts).tolist() == [key_hash(text) for text in texts]


def test_different_words_have_different_hashes() -> None:
    letters = "ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
    words = [f"{first}{second}{third}" for first in letters for second in letters for third in letters]
    assert len(np.unique(key_hashes([*words, *letters]))) == len(words) + len(letters)


@pytest.mark.parametrize("name", ["keys", "key_ends", "forms", "form_ends", "counts", "hashes", "places"])
def test_arrays_that_do_not_fit_each_other_are_refused(name: str) -> None:
    arrays = Lexemes.of([("a", "b", 1), ("c", "d", 2)]).arrays()
    arrays[name] = arrays[name][:-1]
    with pytest.raises(IndexCorrupt, match=r"words\.arrays: .* do not belong together"):
        LexemeIndex(arrays, SOMEWHERE)


def test_damage_inside_an_array_is_an_error_of_one_line() -> None:
    arrays = Lexemes.of([("ا", "ب", 1)]).arrays()
    arrays["keys"] = np.array([0xD8, 0xD8], np.uint8)
    arrays["places"] = np.array([7], np.uint32)
    index = LexemeIndex(arrays, SOMEWHERE)
    with pytest.raises(IndexCorrupt, match=r"words\.arrays"):
        index.key(0)
    with pytest.raises(IndexCorrupt, match=r"words\.arrays"):
        index.count(key_hash("ا"))
    with pytest.raises(IndexCorrupt, match=r"words\.arrays"):
        index.counts_of(key_hashes(["ا"]))
