"""Word breaks: a word in no article is read as the two words that the archive has side by side."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from conftest import build

from indexer.build import BuildOptions
from indexer.filters import Filters
from indexer.persian.analyzer import Term
from indexer.persian.characters import fold
from indexer.snapshot import Snapshot
from search_web.contract.parameters import TEXT_LIMIT
from search_web.understanding.query import parse_query
from search_web.understanding.word_breaks import with_breaks

ZWNJ = "\u200c"
BODIES = [
    "قلاری پورمند در دیدار با چاکرانی‌ها سخن گفت",
    "چاکرانی به زمین آمد",
    "برف در سد کرج بارید",
    "قلاری رفت",
    "تازیک نوار در بازار",
    "تازیکنوار گران شد",
    "مورشاوند برگشت و شاوند ماند",
    "شاوند بهمن خندید",
    "شاوندبهمن گریست",
    "شاوندبهمن خندید",
    "سر باز ماند و سرباز رفت",
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snapshot]:
    folder = tmp_path_factory.mktemp("breaks")
    rows = [json.dumps({"id": str(number), "body": body}) for number, body in enumerate(BODIES)]
    (folder / "articles.jsonl").write_text("\n".join(rows), encoding="utf-8")
    build([folder / "articles.jsonl"], folder / "index", BuildOptions(semantic=False))
    with closing(Snapshot.open(folder / "index")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("قلاریپورمند کیست", f"قلاری{ZWNJ}پورمند کیست"),  # neighbours in an article
        ("«قلاریپورمند» -کرج", f"«قلاری{ZWNJ}پورمند» -کرج"),
        ("چاکرانیهایشان", f"چاکرانی{ZWNJ}هایشان"),  # a plural of a known word
        ("تازیکنوار", f"تازیک{ZWNJ}نوار"),  # in the archive as typed, and as often apart
        ("شاوندبهمن", "شاوندبهمن"),  # more often as typed
        ("چاکرانیقلاری", "چاکرانیقلاری"),  # the archive has both, but never side by side
        ("پورمندان", "پورمندان"),  # may be a name
        ("چاکرانیام", "چاکرانیام"),
        ("مور شاوند", f"مور{ZWNJ}شاوند"),  # in the archive only joined
        ("مور، شاوند", "مور، شاوند"),
        ("سد -مور شاوند", "سد -مور شاوند"),  # the hyphen belongs to the first word only
        ("عنوان: مور شاوند", "عنوان: مور شاوند"),
        ("تازیک نوار", f"تازیک{ZWNJ}نوار"),  # in the archive apart too, but joined it is no Persian word
        ("سر باز", "سر باز"),  # but سرباز is a Persian word
        ("سد کرج", "سد کرج"),
        ("برفدر", "برفدر"),  # no bigram with a function word
        (f"قلاری{ZWNJ}پورمند", f"قلاری{ZWNJ}پورمند"),
        ("زژ", "زژ"),
        ("", ""),
        ("!? ۱۲۳ abc", "!? ۱۲۳ abc"),
    ],
)
def test_words_are_split_or_joined_only_as_the_archive_supports(
    snapshot: Snapshot, typed: str, read: str
) -> None:
    assert with_breaks(typed, snapshot) == read
    assert with_breaks(typed, snapshot).replace(ZWNJ, "") in {
        typed.replace(ZWNJ, ""),
        typed.replace(" ", ""),
    }


@pytest.mark.parametrize("typed", ["تازیکنوار", f"تازیک{ZWNJ}نوار", "تازیک نوار"])
def test_phrases_and_exclusions_match_both_the_joined_word_and_its_halves(
    snapshot: Snapshot, typed: str
) -> None:
    either = {BODIES.index("تازیک نوار در بازار"), BODIES.index("تازیکنوار گران شد")}
    assert numbers(snapshot, f"«{typed}»") == either
    assert numbers(snapshot, "بازار گران") == either
    assert numbers(snapshot, f"بازار گران -«{typed}»") == set()


def numbers(snapshot: Snapshot, typed: str) -> set[int]:
    query = parse_query(with_breaks(typed, snapshot), snapshot.analyzer).keyword
    return set(snapshot.keyword.search(query, Filters(), len(BODIES)).numbers.tolist())


def analyses(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, typed: str) -> int:
    """Return how many letters the analyzer is given to break the words of a query."""
    given: list[int] = []
    words = snapshot.analyzer.words

    def counted(text: str) -> list[Term]:
        given.append(len(fold(text)))
        return words(text)

    with monkeypatch.context() as patched:
        patched.setattr(snapshot.analyzer, "words", counted)
        with_breaks(typed, snapshot)
    return sum(given)


@pytest.mark.parametrize(
    "typed",
    [
        "ا" * 512,
        "چاکرانی" * 73,
        "ﷺ" * 512,  # one character of 18 letters
        "ﷺ " * 256,
        "ا" + "\u064b" * 511,
        "ا\u064b" * 256,
        " ".join("قلاریپورمندچاکرانیتازیک"[:24] + letter for letter in "ابپتثجچحخدذرزژسشص"),
        " ".join(f"{first}{second}" for first in "بپتثجچحخدذرزژ" for second in "سشصضطظعغفقکگل"),
        ZWNJ * 512,
        f"ا{ZWNJ}" * 256,
        "-" * 512,
        '"' * 512,
    ],
)
def test_the_work_on_the_longest_query_is_bounded(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    assert analyses(snapshot, monkeypatch, typed[:TEXT_LIMIT]) < 20 * TEXT_LIMIT


def test_a_word_of_many_letters_is_left_alone_and_marks_are_no_places_to_split(snapshot: Snapshot) -> None:
    long = "قلاریپورمند" * 3
    assert with_breaks(long, snapshot) == long
    assert with_breaks("قلاری\u064eپورمند", snapshot) == f"قلاری\u064e{ZWNJ}پورمند"


def test_invisible_marks_do_not_hide_an_operator(snapshot: Snapshot) -> None:
    assert with_breaks("سد -\u200fمور شاوند", snapshot) == "سد -مور شاوند"
    assert with_breaks("عنوان：مور شاوند", snapshot) == "عنوان：مور شاوند"
    assert with_breaks("سد –مور شاوند", snapshot) == "سد –مور شاوند"
