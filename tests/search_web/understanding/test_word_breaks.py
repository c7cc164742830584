"""Word breaks: a word in no article is read as the two words that the archive has side by side."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest
from conftest import build

from indexer.build import BuildOptions
from indexer.filters import Filters
from indexer.snapshot import Snapshot
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
