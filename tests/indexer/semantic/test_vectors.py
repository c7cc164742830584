"""The vector index: a scan of sign codes with rescoring finds what an exact search finds."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from indexer.errors import IndexCorrupt
from indexer.generations import VECTORS, open_current
from indexer.semantic.loading import load_passage_encoder
from indexer.semantic.vector_files import column_path
from indexer.semantic.vector_writer import VectorBlock, VectorWriter
from indexer.semantic.vectors import VectorIndex, quantize

Float = NDArray[np.float32]


def unit(vectors: NDArray[np.floating]) -> Float:
    return (vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)).astype(np.float32)


def block(vectors: Float, owners: Sequence[int] | NDArray[np.int64], first: int = 0) -> VectorBlock:
    """Return a block whose passages have the spans (row, row + 1) and the rows as content hashes."""
    rows = np.arange(first, first + len(vectors))
    digests = np.zeros((len(rows), 16), dtype=np.uint8)
    digests[:, :8] = rows.astype("<u8")[:, None].view(np.uint8)
    return VectorBlock(
        np.asarray(owners, dtype=np.int32),
        np.stack([rows, rows + 1], axis=1).astype(np.int32),
        digests,
        *quantize(vectors),
    )


def written(directory: Path, vectors: Float, owners: Sequence[int] | None = None) -> VectorIndex:
    """Write vectors of the articles with these numbers, by default of one for each, and open them."""
    numbers = np.arange(len(vectors)) if owners is None else np.asarray(owners)
    with VectorWriter(directory / "vectors", vectors.shape[1]) as writer:
        writer.append(block(vectors, numbers))
        writer.commit()
    return VectorIndex(directory / "vectors", int(numbers.max()) + 1)


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
    return written(tmp_path_factory.mktemp("large"), clustered, np.repeat(np.arange(10_000), 2).tolist())


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
    index = written(tmp_path, clustered[:30], [0] * 10 + [2] * 20)
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
    opened = open_current(seeds_index)
    own = VectorIndex(opened.directory / VECTORS, opened.manifest.articles)
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


def test_articles_are_found_in_whatever_order_their_passages_came(clustered: Float, tmp_path: Path) -> None:
    owners = [7, 7, 0, 4, 4, 4, 2]
    index = written(tmp_path, clustered[:7], owners)
    assert (index.articles, len(index)) == (4, 7)
    assert index.holds(np.array([0, 1, 2, 7, 8])).tolist() == [True, False, True, True, False]
    restored = index.codes * index.scales[:, None]
    for number, rows in ((7, [0, 1]), (0, [2]), (4, [3, 4, 5]), (2, [6]), (3, []), (9, [])):
        assert (index.passage_vectors(number) == restored[rows]).all()
        assert index.passage_vectors(number).shape == (len(rows), 384)
    query = clustered[4]
    found = index.search(query, None, 10)
    assert found.numbers[0] == 4
    assert found.rows[0] == 4
    assert found.numbers.tolist() == exact(clustered[:7], query, np.array(owners))
    assert index.span(5) == (5, 6)


def test_articles_without_vectors_have_no_score(clustered: Float, tmp_path: Path) -> None:
    index = written(tmp_path, clustered[:3], [5, 1, 8])
    found = index.scores(clustered[0], np.array([0, 1, 5, 6, 100]))
    assert found.numbers.tolist() == [5, 1]
    assert found.rows.tolist() == [0, 1]


@pytest.mark.parametrize("restricted", [False, True])
def test_removed_articles_are_not_found(
    clustered: Float, owners: NDArray[np.int64], large: VectorIndex, restricted: bool
) -> None:
    allowed = np.arange(10_000) % 2 == 0 if restricted else None
    for query in queries(clustered, 5):
        removed = large.search(query, allowed, 3).numbers
        kept = np.ones(10_000, dtype=np.bool_) if allowed is None else allowed.copy()
        kept[removed] = False
        found = large.search(query, allowed, 10, removed)
        assert not set(found.numbers.tolist()) & set(removed.tolist())
        assert len(set(found.numbers.tolist()) & set(exact(clustered, query, owners, kept)[:10])) >= 9


def test_articles_behind_the_last_one_of_a_reader_are_not_found(clustered: Float, tmp_path: Path) -> None:
    written(tmp_path, clustered[:6], [0, 3, 1, 5, 4, 2])
    earlier = VectorIndex(tmp_path / "vectors", 3)
    assert sorted(earlier.search(clustered[1], None, 10).numbers.tolist()) == [0, 1, 2]
    everything = np.ones(3, dtype=np.bool_)
    assert sorted(earlier.search(clustered[1], everything, 10).numbers.tolist()) == [0, 1, 2]


@pytest.mark.parametrize("dimension", [8, 64, 100, 1024])
def test_vectors_of_any_dimension_are_found(tmp_path: Path, dimension: int) -> None:
    dice = np.random.default_rng(dimension)
    vectors = unit(dice.normal(size=(5_000, dimension)))
    index = written(tmp_path, vectors)
    for row in dice.integers(0, 5_000, 5).tolist():
        assert index.search(vectors[row], None, 1).numbers.tolist() == [row]


def test_many_equal_passages_neither_hide_a_nearer_one_nor_are_all_rescored(
    clustered: Float, tmp_path: Path
) -> None:
    vectors = np.repeat(clustered[:1], 40_000, axis=0)
    vectors[39_000] = clustered[1]
    index = written(tmp_path, vectors)
    assert index.search(clustered[1], None, 2).numbers.tolist() == [39_000, 0]


COLUMNS = ["codes", "scales", "owners", "spans", "digests", "signs-0-0", "signs-0-5", "centre-0"]


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("damage", ["removed", "emptied", "cut"])
def test_missing_or_shortened_files_are_refused(
    tmp_path: Path, clustered: Float, name: str, damage: str
) -> None:
    written(tmp_path, clustered[:40])
    path = column_path(tmp_path / "vectors", name)
    match damage:
        case "removed":
            path.unlink()
        case "emptied":
            path.write_bytes(b"")
        case "cut":
            path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(IndexCorrupt, match="build the index again") as refused:
        VectorIndex(tmp_path / "vectors", 40)
    assert str(path) in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", COLUMNS)
def test_an_altered_byte_is_found_by_a_check(tmp_path: Path, clustered: Float, name: str) -> None:
    written(tmp_path, clustered[:40]).check()
    path = column_path(tmp_path / "vectors", name)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexCorrupt, match="altered") as refused:
        VectorIndex(tmp_path / "vectors", 40).check()
    assert str(path) in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"garbage", b"{}", b'{"passages": 40, "dimension": 384}'])
def test_a_damaged_commit_is_refused(tmp_path: Path, clustered: Float, content: bytes) -> None:
    written(tmp_path, clustered[:40])
    (tmp_path / "vectors" / "commit.json").write_bytes(content)
    with pytest.raises(IndexCorrupt, match=r"commit\.json"):
        VectorIndex(tmp_path / "vectors", 40)
