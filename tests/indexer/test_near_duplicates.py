"""Near-duplicates: which texts count as such, and that they are found among many articles."""

import random
from itertools import combinations

import numpy as np
import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.keyword.documents import document, documents
from indexer.near_duplicates import (
    Clusters,
    NearDuplicateFinder,
    are_near_duplicates,
    overlap,
    shingles,
)
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import HALF_SPACE
from indexer.readers import read_articles

TEXT = (
    "مدیرکل راهداری استان گفت که برف‌روبی گردنه‌ها از نیمه‌شب آغاز شده است و همهٔ راه‌های اصلی باز می‌مانند. "
    "به گفتهٔ او، سی دستگاه ماشین برف‌روب در هفت پایگاه مستقر شده‌اند و رانندگان باید زنجیر چرخ "
    "همراه داشته باشند. پلیس راه نیز از مسافران خواست پیش از حرکت، وضعیت جاده‌ها را با شمارهٔ ۱۴۱ "
    "بپرسند و از سفرهای غیرضروری بپرهیزند. هواشناسی پیش‌بینی کرده است که بارش برف تا پایان هفته در "
    "ارتفاعات ادامه خواهد داشت و دما به ده درجه زیر صفر می‌رسد."
)
OTHER = (
    "مدیرکل راهداری استان در نشست خبری از خرید چهل کامیون نمک‌پاش تازه خبر داد که تا آغاز زمستان "
    "به شهرستان‌ها می‌رسند. او افزود بودجهٔ نگهداری راه‌های روستایی امسال دو برابر شده و آسفالت سیصد "
    "کیلومتر جاده در دست اجراست. نمایندهٔ شهرستان هم از کندی کار پل تازهٔ رودخانه گلایه کرد و خواستار "
    "پاسخ‌گویی پیمانکار شد. در پایان نشست، قرار شد گزارش پیشرفت کارها هر ماه در وب‌گاه اداره منتشر شود."
)


def article(text: str, title: str = "برف‌روبی گردنه‌ها", **fields: object) -> Article:
    return Article(id=f"{title} {hash(text)}", title=title, body=text, **fields)


def clustered(articles: list[Article], analyzer: PersianAnalyzer) -> Clusters:
    finder = NearDuplicateFinder()
    made = list(documents(articles, analyzer))
    assert list(finder.watch(iter(made))) == made
    return finder.clusters(lambda number: shingles(made[number]))


def are_clustered(one: Article, other: Article, analyzer: PersianAnalyzer) -> bool:
    return clustered([one, other], analyzer).tolist() == [0, 0]


@pytest.mark.parametrize(
    "other",
    [
        article(TEXT),
        article(TEXT, title="آماده‌باش راهداران"),
        article(f"به گزارش خبرگزاری رود، {TEXT}"),
        article(TEXT.replace(HALF_SPACE, "")),
        article(TEXT.replace(HALF_SPACE, " ")),
        article(TEXT.translate(str.maketrans("یک۱۴", "يك14"))),
        article(TEXT.replace("نیمه‌شب", "بامداد").replace("ده درجه", "۱۰ درجه")),
        article(TEXT[: len(TEXT) // 2]),
        article(TEXT[len(TEXT) // 3 :], lead=TEXT[: len(TEXT) // 3], tags=("برف", "راه")),
    ],
    ids=("same", "headline", "agency", "joined", "spaced", "arabic", "edited", "shortened", "lead apart"),
)
def test_a_text_from_another_agency_is_a_near_duplicate(other: Article, analyzer: PersianAnalyzer) -> None:
    assert are_clustered(article(TEXT), other, analyzer)
    assert are_clustered(other, article(TEXT), analyzer)


@pytest.mark.parametrize(
    "other",
    [
        article(OTHER),
        article(f"{OTHER} {TEXT[: len(TEXT) // 4]}"),
        article(TEXT[: len(TEXT) // 6]),
        article(f"{TEXT} {OTHER} {' '.join(reversed(OTHER.split()))} {' '.join(reversed(TEXT.split()))}"),
    ],
    ids=("same subject", "a quotation", "one sentence", "a part of something long"),
)
def test_a_different_text_on_the_same_subject_is_not_a_near_duplicate(
    other: Article, analyzer: PersianAnalyzer
) -> None:
    assert not are_clustered(article(TEXT), other, analyzer)


@pytest.mark.parametrize("text", ["", "عکس: خبرگزاری رود", "گزارش تصویری از بارش برف"])
def test_very_short_texts_are_never_near_duplicates(text: str, analyzer: PersianAnalyzer) -> None:
    assert not are_clustered(article(text), article(text), analyzer)


def test_the_seeds_hold_exactly_two_near_duplicate_clusters_of_three_articles(
    analyzer: PersianAnalyzer,
) -> None:
    articles = [item for item in read_articles([SEEDS]) if isinstance(item, Article)]
    clusters = clustered(articles, analyzer)
    numbers = np.flatnonzero(np.bincount(clusters, minlength=len(clusters))[clusters] > 1)
    titles = [articles[number].title for number in numbers]
    assert len(set(clusters[numbers].tolist())) == 2
    assert (
        sum("هراز" in title for title in titles) == sum("غیرنفتی" in t or "غيرنفتي" in t for t in titles) == 3
    )
    assert len(titles) == 6


def test_all_and_only_near_duplicates_are_found_among_many_articles(analyzer: PersianAnalyzer) -> None:
    chance = random.Random(5)  # noqa: S311 no secret
    words = sorted(set(f"{TEXT} {OTHER}".split()))
    texts = [" ".join(chance.choices(words, k=120)) for _ in range(150)]
    articles = [article(text) for text in texts]
    articles += [article(f"خبرگزاری رود: {text} انتهای پیام", title="دیگر") for text in texts[:50]]
    clusters = clustered(articles, analyzer)
    assert clusters.tolist() == [*range(150), *range(50)]


def test_a_shared_beginning_neither_creates_nor_hides_near_duplicates(
    analyzer: PersianAnalyzer,
) -> None:
    chance = random.Random(6)  # noqa: S311 no secret
    words = sorted(set(f"{TEXT} {OTHER}".split()))
    texts = [f"{OTHER[:150]} {' '.join(chance.choices(words, k=120))}" for _ in range(60)]
    clusters = clustered([article(text) for text in (*texts, *texts)], analyzer)
    assert clusters.tolist() == [*range(60), *range(60)]


SETS = st.sets(st.integers(0, 400), max_size=60).map(lambda chosen: np.array(sorted(chosen), dtype=np.uint32))


@given(SETS, SETS)
def test_near_duplication_is_symmetric_and_overlaps_are_between_zero_and_one(
    one: np.ndarray, other: np.ndarray
) -> None:
    assert are_near_duplicates(one, other) == are_near_duplicates(other, one)
    found = overlap(one, other)
    assert found == overlap(other, one)
    assert 0 <= found.resemblance <= found.contained <= 1


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(30, 60)), min_size=1, max_size=12))
def test_every_member_is_a_near_duplicate_of_the_first_of_its_cluster(made: list[tuple[int, int]]) -> None:
    texts = [np.arange(1000 * text, 1000 * text + length, dtype=np.uint32) for text, length in made]
    finder = NearDuplicateFinder()
    for text in texts:
        finder.add(text)
    clusters = finder.clusters(texts.__getitem__)
    for number, cluster in enumerate(clusters.tolist()):
        assert cluster == number or (cluster < number and are_near_duplicates(texts[cluster], texts[number]))
        assert clusters[cluster] == cluster
    firsts = sorted(set(clusters.tolist()))
    # All sketches of one text share nearly all bands here, so none is missed.
    assert not any(made[one] == made[other] for one, other in combinations(firsts, 2)), (
        "the same text in two clusters"
    )


@pytest.mark.parametrize("instead", ["", " "])
def test_how_half_spaces_are_typed_changes_few_shingles(instead: str, analyzer: PersianAnalyzer) -> None:
    typed = shingles(document(0, article(TEXT), analyzer))
    other = shingles(document(0, article(TEXT.replace(HALF_SPACE, instead)), analyzer))
    assert overlap(typed, other).resemblance >= 0.9
