"""Fusion: how the lists of keyword and semantic search become one ranking."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.filters import NO_DAY
from indexer.keyword.engine import Candidates
from indexer.semantic.vectors import Matches
from search_web.contract.answers import DEPTH_LIMIT
from search_web.ranking.fusion import (
    CandidateScores,
    Fuse,
    ReciprocalRanks,
    ZScores,
    aligned,
    ranks_in,
    z_scores,
)
from search_web.ranking.ranked_list import (
    Ranking,
    best,
    bm25_of,
    by_day,
    cosines_of,
    fused_ranking,
    keyword_ranking,
    semantic_ranking,
    union,
    united,
)


def numbers(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def candidate_scores(keyword: list[float], semantic: list[float]) -> CandidateScores:
    count = len(keyword)
    ranks = [np.argsort(np.argsort(-floats(*scores))) + 1 for scores in (keyword, semantic)]
    return CandidateScores(np.arange(count), floats(*keyword), floats(*semantic), *ranks)


def matches(found: dict[int, float]) -> Matches:
    return Matches(
        numbers(*found), np.array(list(found.values()), dtype=np.float32), numbers(*(10 * n for n in found))
    )


def candidates(found: dict[int, float], total: int | None = None) -> Candidates:
    return Candidates(numbers(*found), floats(*found.values()), len(found) if total is None else total)


def fused(found: Candidates, nearest: Matches, semantic: Matches, fuse: Fuse) -> Ranking:
    every = union(found, nearest)
    return fused_ranking(united(every, found, bm25_of(every, found), nearest, semantic), semantic, fuse)


def test_z_scores_are_summed_by_weight() -> None:
    scores = ZScores(0.25)(candidate_scores([3, 2, 1], [0.1, 0.2, 0.3]))
    root = np.sqrt(1.5)
    np.testing.assert_allclose(scores, [0.5 * root, 0, -0.5 * root], atol=1e-12)


def test_reciprocal_ranks_are_summed_and_absent_ranks_count_zero() -> None:
    given_ranks = CandidateScores(numbers(7, 8), floats(1, 0), floats(0.5, 0.9), numbers(1, 0), numbers(2, 1))
    scores = ReciprocalRanks(0.5)(given_ranks)
    np.testing.assert_allclose(scores, [0.5 / 61 + 0.5 / 62, 0.5 / 61])


@pytest.mark.parametrize("fuse", [ZScores, ReciprocalRanks])
def test_a_weight_of_zero_or_one_uses_one_list_alone(fuse: type[ZScores] | type[ReciprocalRanks]) -> None:
    both = candidate_scores([5, 3, 9], [0.2, 0.8, 0.5])
    assert np.argmax(fuse(0.0)(both)) == 2
    assert np.argmax(fuse(1.0)(both)) == 1


def test_a_list_with_equal_scores_has_no_influence() -> None:
    # The standard deviation of these equal numbers is not exactly zero in floating point.
    equal = [0.1] * 10
    scores = ZScores(0.5)(candidate_scores(equal, [float(n) for n in range(10)]))
    assert list(np.argsort(-scores)) == list(range(9, -1, -1))
    assert not ZScores(0.0)(candidate_scores(equal, equal)).any()


def test_fusing_empty_lists_gives_an_empty_ranking() -> None:
    for fuse in (ZScores(0.5), ReciprocalRanks(0.5)):
        ranking = fused(candidates({}), matches({}), matches({}), fuse)
        assert (len(ranking.numbers), ranking.total) == (0, 0)


def test_ranks_and_scores_are_aligned_with_the_union() -> None:
    assert list(ranks_in(numbers(1, 2, 3), numbers(3, 1))) == [2, 0, 1]
    assert list(aligned(numbers(1, 2, 3), numbers(3, 1), floats(9, 4), -1.0)) == [4, -1, 9]


def test_the_fused_ranking_holds_each_candidate_once_with_both_ranks() -> None:
    found, nearest = candidates({4: 8.0, 2: 6.0}), matches({2: 0.9, 5: 0.8})
    ranking = fused(found, nearest, matches({2: 0.9, 5: 0.8, 4: 0.7}), ZScores(0.5))
    assert ranking.total == 3
    assert ranking.numbers[0] == 2  # second by keywords, first by meaning
    places = {int(number): place for place, number in enumerate(ranking.numbers)}
    assert ranking.explanation(places[4]).keyword.rank == 1
    assert ranking.explanation(places[4]).semantic.rank is None
    assert ranking.explanation(places[5]).keyword.rank is None
    assert ranking.explanation(places[5]).semantic.rank == 2
    assert ranking.explanation(places[2]).semantic.score == pytest.approx(0.9)
    assert ranking.passages == {2: 20, 5: 50, 4: 40}


def test_articles_without_vectors_are_as_near_as_other_articles_with_the_words() -> None:
    found, nearest = candidates({1: 8.0, 2: 6.0, 3: 5.0}), matches({1: 0.9, 7: 0.5})
    scored = matches({1: 0.9, 2: 0.8, 7: 0.5})  # 3 has no vectors
    assert list(cosines_of(numbers(1, 2, 3, 7), found, scored)) == pytest.approx([0.9, 0.8, 0.85, 0.5])
    ranking = fused(found, nearest, scored, ZScores(0.5))
    assert ranking.numbers.tolist() == [1, 2, 3, 7]
    assert ranking.explanation(2).semantic.rank is None
    assert set(ranking.passages) == {1, 2, 7}


def test_if_no_article_with_the_words_has_vectors_meaning_moves_none_of_them() -> None:
    found, nearest = candidates({1: 8.0, 2: 6.0}), matches({7: 0.9, 8: 0.7})
    cosines = cosines_of(numbers(1, 2, 7, 8), found, nearest)
    assert list(cosines) == pytest.approx([0.8, 0.8, 0.9, 0.7])
    assert list(z_scores(cosines)[:2]) == pytest.approx([0, 0])
    assert list(cosines_of(numbers(1, 2), found, matches({}))) == [0, 0]


def test_candidates_missing_from_a_truncated_keyword_list_get_its_last_score() -> None:
    lists = (matches({1: 0.5, 2: 0.5, 9: 0.5}),) * 2
    whole = fused(candidates({1: 8.0, 2: 6.0}), *lists, ZScores(0.0))
    cut = fused(candidates({1: 8.0, 2: 6.0}, total=70), *lists, ZScores(0.0))
    assert whole.candidates.keyword[list(whole.numbers).index(9)] == 0.0
    assert cut.candidates.keyword[list(cut.numbers).index(9)] == 6.0


@given(
    st.dictionaries(st.integers(0, 30), st.floats(0, 50), max_size=20),
    st.dictionaries(st.integers(0, 30), st.floats(-1, 1, width=32), max_size=20),
    st.sampled_from([ZScores, ReciprocalRanks]),
    st.floats(0, 1),
)
def test_every_candidate_appears_once_and_scores_descend(
    keyword: dict[int, float],
    semantic: dict[int, float],
    fuse: type[ZScores] | type[ReciprocalRanks],
    weight: float,
) -> None:
    ordered = dict(sorted(keyword.items(), key=lambda bigram: -bigram[1]))
    nearest = dict(sorted(semantic.items(), key=lambda bigram: -bigram[1]))
    scored = matches({n: nearest.get(n, -1.0) for n in ordered.keys() | nearest.keys()})
    ranking = fused(candidates(ordered), matches(nearest), scored, fuse(weight))
    assert sorted(ranking.numbers.tolist()) == sorted(ordered.keys() | nearest.keys())
    assert np.isfinite(ranking.scores).all()
    assert (np.diff(ranking.scores) <= 0).all()


def test_a_total_never_exceeds_the_maximum_paging_depth() -> None:
    assert keyword_ranking(candidates({1: 2.0}, total=DEPTH_LIMIT + 5), floats(2.0)).total == DEPTH_LIMIT


def test_the_keyword_ranking_follows_its_scores_and_not_the_order_of_the_engine() -> None:
    ranking = keyword_ranking(candidates({4: 8.0, 2: 6.0, 9: 5.0}), floats(0.5, 0.9, 0.5))
    assert list(ranking.numbers) == [2, 4, 9]
    assert [ranking.explanation(place).keyword.rank for place in range(3)] == [1, 2, 3]


def test_sorting_by_day_puts_the_newest_first_and_undated_articles_last() -> None:
    ranking: Ranking = semantic_ranking(matches({1: 0.9, 2: 0.8, 3: 0.7, 4: 0.6}))
    ordered = by_day(ranking, numbers(700, NO_DAY, 900, 700))
    assert list(ordered.numbers) == [3, 1, 4, 2]
    assert ordered.explanation(0).semantic.rank == 3


def test_taking_the_best_keeps_the_first_and_reduces_the_total() -> None:
    ranking = best(semantic_ranking(matches({1: 0.9, 2: 0.8, 3: 0.7})), 2)
    assert (list(ranking.numbers), ranking.total) == ([1, 2], 2)
