"""The rules of the analysis, tested with a table of examples and counter-examples.

`tests/data/analysis_rules.tsv` has four columns: the rule, the expected relation, and two spellings. The
relation is `words` if both spellings share a term of the words stream, `stem` if they share a stem, and
`apart` if they share neither.
"""

from collections import defaultdict

import pytest
from conftest import DATA

from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import fold
from indexer.persian.informal import INFORMAL_WORDS
from indexer.persian.lexicon import DROPPED_MADDAS, load_lexicon, own_words
from indexer.persian.stems import IRREGULAR_STEMS

ROWS = [line.split("\t") for line in (DATA / "analysis_rules.tsv").read_text("utf-8").splitlines()[1:]]


def words(text: str, analyzer: PersianAnalyzer) -> set[str]:
    return {term.text for term in analyzer.content_words(text)}


@pytest.mark.parametrize(("rule", "relation", "one", "other"), ROWS)
def test_each_pair_of_spellings_has_the_relation_that_its_rule_demands(
    rule: str, relation: str, one: str, other: str, analyzer: PersianAnalyzer
) -> None:
    left, right = words(one, analyzer), words(other, analyzer)
    share_word = bool(left & right)
    share_stem = bool({analyzer.stem(word) for word in left} & {analyzer.stem(word) for word in right})
    expected = {"words": share_word, "stem": share_stem, "apart": not share_word and not share_stem}
    assert expected[relation], (rule, left, right)


def test_each_rule_has_examples_and_counter_examples() -> None:
    relations = defaultdict(set)
    for rule, relation, _, _ in ROWS:
        relations[rule].add("apart" if relation == "apart" else "together")
    # Both readings of a word are kept on purpose; the pairs that other rules keep apart are the
    # counter-examples of these two.
    assert {rule for rule, found in relations.items() if found != {"apart", "together"}} <= {
        "participle",
        "two readings",
    }
    assert len({tuple(row) for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize(
    "name",
    [
        "common_verbs.txt",
        "compound_tails.txt",
        "no_indefinites.txt",
        "no_plurals.txt",
        "own_compounds.txt",
        "whole_words.txt",
    ],
)
def test_the_projects_own_word_lists_are_folded(name: str) -> None:
    assert all(fold(word) == word for word in own_words(name))


def test_the_table_of_informal_words_is_folded_and_maps_to_words_outside_it() -> None:
    for spoken, written in INFORMAL_WORDS.items():
        assert (fold(spoken), fold(written)) == (spoken, written)
        assert spoken != written
        assert written not in INFORMAL_WORDS


def test_no_own_compound_is_listed_as_a_whole_word_elsewhere() -> None:
    wholes = load_lexicon().wholes
    compounds = ["".join(word.split("\u200c")) for word in own_words("own_compounds.txt")]
    assert len(set(compounds)) == len(compounds)
    assert not wholes & set(compounds)


@pytest.mark.parametrize("word", sorted(DROPPED_MADDAS))
def test_each_word_that_lost_its_madda_is_found_when_it_is_written_apart_with_it(
    word: str, analyzer: PersianAnalyzer
) -> None:
    first, last = word.split("\u200c")
    assert last.startswith("آ")
    assert fold(first + last) in words(f"{first} {last}", analyzer)


def test_the_table_of_irregular_stems_has_at_least_350_entries() -> None:
    assert len(IRREGULAR_STEMS) >= 350
