"""Copies of a story: what counts as one, and that they are found among many articles."""

import random
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from conftest import SEEDS
from hypothesis import given
from hypothesis import strategies as st

from indexer.articles import Article
from indexer.errors import IndexCorrupt
from indexer.keyword.documents import document, documents
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.characters import HALF_SPACE
from indexer.readers import read_articles
from indexer.stories import Groups, Stories, StoryFinder, are_copies, overlap, shingles, write_groups

STORY = (
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


def grouped(articles: list[Article], analyzer: PersianAnalyzer) -> Groups:
    finder = StoryFinder()
    made = list(documents(articles, analyzer))
    assert list(finder.watch(iter(made))) == made
    return finder.groups(lambda number: shingles(made[number]))


def are_grouped(one: Article, other: Article, analyzer: PersianAnalyzer) -> bool:
    return grouped([one, other], analyzer).tolist() == [0, 0]


@pytest.mark.parametrize(
    "copy",
    [
        article(STORY),
        article(STORY, title="آماده‌باش راهداران"),
        article(f"به گزارش خبرگزاری رود، {STORY}"),
        article(STORY.replace(HALF_SPACE, "")),
        article(STORY.replace(HALF_SPACE, " ")),
        article(STORY.translate(str.maketrans("یک۱۴", "يك14"))),
        article(STORY.replace("نیمه‌شب", "بامداد").replace("ده درجه", "۱۰ درجه")),
        article(STORY[: len(STORY) // 2]),
        article(STORY[len(STORY) // 3 :], lead=STORY[: len(STORY) // 3], tags=("برف", "راه")),
    ],
    ids=("same", "headline", "agency", "joined", "spaced", "arabic", "edited", "shortened", "lead apart"),
)
def test_a_text_taken_over_by_another_agency_is_a_copy(copy: Article, analyzer: PersianAnalyzer) -> None:
    assert are_grouped(article(STORY), copy, analyzer)
    assert are_grouped(copy, article(STORY), analyzer)


@pytest.mark.parametrize(
    "other",
    [
        article(OTHER),
        article(f"{OTHER} {STORY[: len(STORY) // 4]}"),
        article(STORY[: len(STORY) // 6]),
        article(f"{STORY} {OTHER} {' '.join(reversed(OTHER.split()))} {' '.join(reversed(STORY.split()))}"),
    ],
    ids=("same subject", "a quotation", "one sentence", "a part of something long"),
)
def test_another_story_on_the_subject_is_no_copy(other: Article, analyzer: PersianAnalyzer) -> None:
    assert not are_grouped(article(STORY), other, analyzer)


@pytest.mark.parametrize("text", ["", "عکس: خبرگزاری رود", "گزارش تصویری از بارش برف"])
def test_texts_of_a_few_words_are_never_copies(text: str, analyzer: PersianAnalyzer) -> None:
    assert not are_grouped(article(text), article(text), analyzer)


def test_of_the_seeds_just_the_two_stories_of_three_agencies_are_copies(analyzer: PersianAnalyzer) -> None:
    articles = [item for item in read_articles([SEEDS]) if isinstance(item, Article)]
    groups = grouped(articles, analyzer)
    numbers = np.flatnonzero(np.bincount(groups, minlength=len(groups))[groups] > 1)
    titles = [articles[number].title for number in numbers]
    assert len(set(groups[numbers].tolist())) == 2
    assert (
        sum("هراز" in title for title in titles) == sum("غیرنفتی" in t or "غيرنفتي" in t for t in titles) == 3
    )
    assert len(titles) == 6


def test_copies_are_found_among_many_articles_and_nothing_else(analyzer: PersianAnalyzer) -> None:
    chance = random.Random(5)  # noqa: S311 no secret
    words = sorted(set(f"{STORY} {OTHER}".split()))
    texts = [" ".join(chance.choices(words, k=120)) for _ in range(150)]
    articles = [article(text) for text in texts]
    articles += [article(f"خبرگزاری رود: {text} انتهای پیام", title="دیگر") for text in texts[:50]]
    groups = grouped(articles, analyzer)
    assert groups.tolist() == [*range(150), *range(50)]


def test_a_beginning_that_all_share_makes_no_copies_and_hides_none(analyzer: PersianAnalyzer) -> None:
    chance = random.Random(6)  # noqa: S311 no secret
    words = sorted(set(f"{STORY} {OTHER}".split()))
    texts = [f"{OTHER[:150]} {' '.join(chance.choices(words, k=120))}" for _ in range(60)]
    groups = grouped([article(text) for text in (*texts, *texts)], analyzer)
    assert groups.tolist() == [*range(60), *range(60)]


SETS = st.sets(st.integers(0, 400), max_size=60).map(lambda chosen: np.array(sorted(chosen), dtype=np.uint32))


@given(SETS, SETS)
def test_being_a_copy_is_mutual_and_overlaps_are_shares(one: np.ndarray, other: np.ndarray) -> None:
    assert are_copies(one, other) == are_copies(other, one)
    found = overlap(one, other)
    assert found == overlap(other, one)
    assert 0 <= found.resemblance <= found.contained <= 1


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(30, 60)), min_size=1, max_size=12))
def test_every_member_is_a_copy_of_the_first_of_its_group(made: list[tuple[int, int]]) -> None:
    texts = [np.arange(1000 * story, 1000 * story + length, dtype=np.uint32) for story, length in made]
    finder = StoryFinder()
    for text in texts:
        finder._sketch(text)
    groups = finder.groups(texts.__getitem__)
    for number, group in enumerate(groups.tolist()):
        assert group == number or (group < number and are_copies(texts[group], texts[number]))
        assert groups[group] == group
    firsts = sorted(set(groups.tolist()))
    # All sketches of one story share nearly all bands here: none is missed.
    assert not any(made[one] == made[other] for one, other in combinations(firsts, 2)), (
        "the same text in two groups"
    )


@pytest.mark.parametrize("instead", ["", " "])
def test_how_half_spaces_are_typed_changes_few_shingles(instead: str, analyzer: PersianAnalyzer) -> None:
    typed = shingles(document(0, article(STORY), analyzer))
    other = shingles(document(0, article(STORY.replace(HALF_SPACE, instead)), analyzer))
    assert overlap(typed, other).resemblance >= 0.9


def test_what_was_written_is_read(tmp_path: Path) -> None:
    groups = np.array([0, 1, 0, 3, 1, 0])
    write_groups(tmp_path / "stories", groups)
    stories = Stories(tmp_path / "stories", 6)
    assert stories.groups(np.array([5, 3, 4])).tolist() == [0, 3, 1]
    assert stories.members(2).tolist() == stories.members(0).tolist() == [0, 2, 5]
    assert stories.members(3).tolist() == [3]


@pytest.mark.parametrize(
    "groups",
    [
        np.array([0, 1]),
        np.array([0, 2, 2]),
        np.array([0, 0, 1]),
        np.array([0, 1, -1]),
        np.array([0, 1, 2], dtype=np.int32),
        np.array([[0, 1, 2]]),
    ],
    ids=("too few", "later one", "chain", "negative", "type", "shape"),
)
def test_what_are_no_groups_of_the_articles_is_refused(tmp_path: Path, groups: np.ndarray) -> None:
    write_groups(tmp_path / "stories", groups)
    with pytest.raises(IndexCorrupt, match=r"groups\.npy.*build the index again"):
        Stories(tmp_path / "stories", 3)


def test_a_missing_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexCorrupt, match="build the index again"):
        Stories(tmp_path, 3)
    (tmp_path / "groups.npy").write_bytes(b"no array")
    with pytest.raises(IndexCorrupt, match="build the index again"):
        Stories(tmp_path, 3)
