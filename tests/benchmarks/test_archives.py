"""Recombined archives: one seed gives one archive, and its articles are spread as those of real news."""

import random
from collections import Counter
from itertools import islice
from pathlib import Path
from statistics import mean, median

import pytest
from conftest import SEEDS

from benchmarks.scale.archives import MEAN_WORDS, Source, recombined, vocabulary_growth, write_archive
from benchmarks.scale.names import Names, name
from benchmarks.scale.queries import LEAD_WORDS, Queries
from indexer.articles import Article
from indexer.errors import UsageError
from indexer.persian.stop_words import STOP_WORDS
from indexer.readers import read_articles


@pytest.fixture(scope="module")
def source() -> Source:
    return Source.read(SEEDS)


@pytest.fixture(scope="module")
def made(source: Source) -> list[Article]:
    return list(islice(recombined(source), 2000))


def test_an_archive_has_the_asked_number_of_articles_and_reads_back(
    source: Source, made: list[Article], tmp_path: Path
) -> None:
    path = tmp_path / "archive.jsonl"
    write_archive(path, source, 150)
    assert list(read_articles([path])) == made[:150]


def test_another_seed_gives_another_archive(source: Source, made: list[Article]) -> None:
    other = next(recombined(source, seed=2))
    assert (other.title, other.body) != (made[0].title, made[0].body)


def test_ids_are_distinct(made: list[Article]) -> None:
    assert len({article.id for article in made}) == len(made)


def test_days_sources_and_categories_are_spread(made: list[Article]) -> None:
    years = Counter(article.published.year for article in made if article.published)
    sources, categories = (Counter(getattr(each, name) for each in made) for name in ("source", "category"))
    assert len(years) >= 10
    assert min(years[year] for year in range(2017, 2026)) > len(made) / 20
    for names in (sources, categories):
        shares = [count for _, count in names.most_common()]
        assert len(names) >= 8
        assert shares[0] > 3 * shares[-1]


def test_lengths_are_those_of_news(made: list[Article]) -> None:
    lengths = [len(f"{each.title} {each.lead} {each.body}".split()) for each in made]
    assert mean(lengths) == pytest.approx(MEAN_WORDS, rel=0.1)
    assert median(lengths) < 0.9 * mean(lengths)


def test_the_vocabulary_grows_as_heaps_law_says(source: Source, made: list[Article]) -> None:
    *_, (words, different) = vocabulary_growth(iter(made))
    assert words > 20 * source.words
    assert different == pytest.approx(source.known * (words / source.words) ** 0.6, rel=0.15)


def test_minted_words_are_distinct_whatever_their_number() -> None:
    numbers = [*range(60_000), *range(511_000, 513_000), *range(39_000_000, 39_010_000)]
    assert len({name(number) for number in numbers}) == len(numbers)


def test_nothing_is_minted_before_the_source_ends() -> None:
    names = Names(words=1000, known=300, rng=random.Random(1))  # noqa: S311
    assert names.share(999) == 0
    assert names.share(1000) > names.share(100_000) > 0


def test_some_articles_and_only_some_are_near_duplicates(made: list[Article]) -> None:
    texts = [shingles(article) for article in made[:400]]
    copies = sum(
        any(len(text & other) > 0.5 * len(text | other) for other in texts[:number])
        for number, text in enumerate(texts)
    )
    assert 0.02 < copies / len(texts) < 0.1


def shingles(article: Article) -> set[tuple[str, ...]]:
    words = f"{article.lead} {article.body}".split()
    return set(zip(words, words[1:], words[2:], strict=False))


def test_a_source_without_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "1", "title": "تنها عنوان"}\n', "utf-8")
    with pytest.raises(UsageError, match="no article with a title and a text"):
        Source.read(tmp_path)


def test_queries_are_cut_from_the_archive_without_punctuation(source: Source, tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    write_archive(path, source, 100)
    queries = Queries.cut(path, 20)
    assert queries == Queries.cut(path, 20)
    assert (len(queries.three_words), len(queries.leads)) == (20, 20)
    text = path.read_text("utf-8")
    for query in queries.three_words:
        words = query.split()
        assert len(words) == 3
        assert not STOP_WORDS & set(words)
        assert all(word in text for word in words)
    assert all(len(query.split()) == LEAD_WORDS for query in queries.leads)
    assert not set('«»"-:؟،') & set("".join([*queries.three_words, *queries.leads]))
