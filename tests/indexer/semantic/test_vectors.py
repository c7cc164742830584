"""The vector index: a scan of sign codes with rescoring finds what an exact search finds."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt
from indexer.generations import VECTORS, open_current
from indexer.semantic.loading import load_passage_encoder
from indexer.semantic.vectors import VectorIndex, quantize, write_vectors

Float = NDArray[np.float32]


def unit(vectors: NDArray[np.floating]) -> Float:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def written(directory: Path, vectors: Float, passages_an_article: Sequence[int] | None = None) -> VectorIndex:
    counts = [1] * len(vectors) if passages_an_article is None else passages_an_article
    rows = np.arange(len(vectors))
    write_vectors(
        directory,
        *quantize(vectors),
        np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        np.stack([rows, rows + 1], axis=1).astype(np.int32),
        np.zeros((len(vectors), 16), dtype=np.uint8),
    )
    return VectorIndex(directory)


def exact(
    vectors: Float, query: Float, owners: NDArray[np.int64], allowed: NDArray[np.bool_] | None = None
) -> list[int]:
    """Return the article numbers, ordered by the float score of their best passage."""
    best = np.full(owners.max() + 1, -np.inf)
    np.maximum.at(best, owners, vectors @ query)
    if allowed is not None:
        best[~allowed] = -np.inf
    return [int(number) for number in np.argsort(-best, kind="stable") if np.isfinite(best[number])]


@pytest.fixture(scope="module")
def clustered() -> Float:
    """20,000 vectors in 400 clusters; like those of e5, all have one main direction in common."""
    dice = np.random.default_rng(11)
    centres = dice.normal(size=(400, 384)) + 2.0
    return unit(centres[dice.integers(0, 400, 20_000)] + 0.6 * dice.normal(size=(20_000, 384)))


@pytest.fixture(scope="module")
def owners() -> NDArray[np.int64]:
    return np.repeat(np.arange(10_000), 2)


@pytest.fixture(scope="module")
def large(clustered: Float, tmp_path_factory: pytest.TempPathFactory) -> VectorIndex:
    return written(tmp_path_factory.mktemp("large"), clustered, [2] * 10_000)


def queries(vectors: Float, count: int) -> Float:
    dice = np.random.default_rng(12)
    near = vectors[dice.integers(0, len(vectors), count)]
    return unit(near + 0.02 * dice.normal(size=near.shape))


def test_quantization_hardly_changes_vectors(clustered: Float) -> None:
    codes, scales = quantize(clustered[:1000])
    assert (codes.dtype, scales.dtype) == (np.int8, np.float32)
    assert (np.abs(codes).max(axis=1) == 127).all()
    assert (unit(codes * scales[:, None]) * clustered[:1000]).sum(axis=1).min() > 0.9999
    zeros, one = quantize(np.zeros((1, 8), dtype=np.float32))
    assert not zeros.any()
    assert np.isfinite(one).all()


@pytest.mark.slow
def test_the_top_ten_of_twenty_thousand_are_those_of_exact_search(
    clustered: Float, owners: NDArray[np.int64], large: VectorIndex
) -> None:
    restored = large.codes * large.scales[:, None]
    agreed = missed = 0
    for query in queries(clustered, 40):
        found = large.search(query, None, 10).numbers.tolist()
        agreed += len({*found} & {*exact(clustered, query, owners)[:10]})
        missed += len({*exact(restored, query, owners)[:10]} - {*found})
    # The scan misses nothing; int8 codes swap a few articles whose float scores are nearly equal.
    assert missed == 0
    assert agreed >= 0.95 * 400


def test_the_background_statistics_approximate_those_of_all_passages(
    clustered: Float, large: VectorIndex, tmp_path: Path
) -> None:
    small = written(tmp_path, clustered[:50])
    for query in queries(clustered, 5):
        for index, vectors, tolerance in ((small, clustered[:50], 0.01), (large, clustered, 0.1)):
            cosines = vectors @ query
            mean, deviation = index.background(query)
            assert mean == pytest.approx(cosines.mean(), abs=tolerance * float(cosines.std()))
            assert deviation == pytest.approx(float(cosines.std()), rel=tolerance)


def test_scores_and_rows_are_those_of_the_best_passage(clustered: Float, large: VectorIndex) -> None:
    query = queries(clustered, 1)[0]
    found = large.search(query, None, 25)
    assert len(found.numbers) == len(set(found.numbers.tolist())) == 25
    assert (np.diff(found.scores) <= 0).all()
    assert (found.rows // 2 == found.numbers).all()
    scores = clustered @ query
    assert found.scores == pytest.approx(scores[found.rows], abs=2e-3)
    assert found.scores == pytest.approx(scores.reshape(-1, 2).max(axis=1)[found.numbers], abs=2e-3)


def test_only_allowed_articles_are_found(
    clustered: Float, owners: NDArray[np.int64], large: VectorIndex
) -> None:
    allowed = np.zeros(10_000, dtype=np.bool_)
    allowed[3::5] = True
    for query in queries(clustered, 5):
        found = large.search(query, allowed, 10)
        assert len(set(found.numbers.tolist()) & set(exact(clustered, query, owners, allowed)[:10])) >= 9
        assert allowed[found.numbers].all()


def test_nothing_is_found_when_no_article_is_allowed(clustered: Float, large: VectorIndex) -> None:
    found = large.search(clustered[0], np.zeros(10_000, dtype=np.bool_), 10)
    assert (len(found.numbers), len(found.scores), len(found.rows)) == (0, 0, 0)


def test_the_only_allowed_article_is_found(clustered: Float, large: VectorIndex) -> None:
    allowed = np.zeros(10_000, dtype=np.bool_)
    allowed[77] = True
    assert large.search(clustered[0], allowed, 10).numbers.tolist() == [77]


def test_an_index_of_a_single_passage_works(tmp_path: Path, clustered: Float) -> None:
    index = written(tmp_path, clustered[:1])
    found = index.search(clustered[5], None, 10)
    assert found.numbers.tolist() == found.rows.tolist() == [0]
    assert (len(index), index.articles, index.dimension, index.span(0)) == (1, 1, 384, (0, 1))


def test_a_limit_larger_than_the_index_returns_every_article_with_passages(
    tmp_path: Path, clustered: Float
) -> None:
    index = written(tmp_path, clustered[:30], [10, 0, 20])
    found = index.search(clustered[3], None, 1000)
    assert sorted(found.numbers.tolist()) == [0, 2]
    assert found.numbers[0] == 0
    assert found.rows[0] == 3


def test_given_articles_are_scored_by_their_best_passage(clustered: Float, large: VectorIndex) -> None:
    query = queries(clustered, 1)[0]
    wanted = np.array([9_999, 4, 512])
    found = large.scores(query, wanted)
    assert sorted(found.numbers.tolist()) == [4, 512, 9_999]
    assert (np.diff(found.scores) <= 0).all()
    assert found.scores == pytest.approx(
        (clustered @ query).reshape(-1, 2).max(axis=1)[found.numbers], abs=2e-3
    )
    assert len(large.scores(query, wanted[:0]).numbers) == 0


@pytest.mark.encoder
def test_on_real_passages_the_scan_finds_the_top_ten_of_exact_search(
    seeds_index: Path, tmp_path: Path
) -> None:
    """Repeat the seeds' passages with a little noise until there are more than the search rescores."""
    own = VectorIndex(open_current(seeds_index).directory / VECTORS)
    real = own.codes * own.scales[:, None]
    encoder = load_passage_encoder()
    dice = np.random.default_rng(3)
    vectors = unit(np.concatenate([real + 0.01 * dice.normal(size=real.shape) for _ in range(50)]))
    index = written(tmp_path, vectors)
    everyone = np.arange(len(vectors))
    wanted = encoder.encode_queries(
        ["سد تهران", "مسابقه فوتبال", "قیمت نان", "زلزله", "واکسن آنفلوانزا", "مترو"]
    )
    for query in wanted:
        best = exact(vectors, query, everyone)[:10]
        found = index.search(query, None, 10)
        assert found.scores == pytest.approx(np.sort(vectors @ query)[::-1][:10], abs=2e-3)
        assert len(set(found.numbers.tolist()) & set(best)) >= 9


NAMES = ["codes", "scales", "signs", "centre", "articles", "spans", "digests"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["removed", "emptied", "cut", "shorter", "other type"])
def test_missing_damaged_or_inconsistent_files_are_refused(
    tmp_path: Path, clustered: Float, name: str, damage: str
) -> None:
    written(tmp_path, clustered[:40])
    path = tmp_path / f"{name}.npy"
    array = np.load(path)
    match damage:
        case "removed":
            path.unlink()
        case "emptied":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(path.read_bytes()[:-3])
        case "shorter":
            np.save(path, array[:-1])
        case "other type":
            np.save(path, array.astype(np.float64))
    with pytest.raises(IndexCorrupt, match="build the index again") as refused:
        VectorIndex(tmp_path)
    assert str(tmp_path) in str(refused.value)
    assert "\n" not in str(refused.value)


def test_article_offsets_that_run_backwards_are_refused(tmp_path: Path, clustered: Float) -> None:
    written(tmp_path, clustered[:4])
    np.save(tmp_path / "articles.npy", np.array([0, 3, 1, 2, 4]))
    with pytest.raises(IndexCorrupt, match="do not belong together"):
        VectorIndex(tmp_path)
