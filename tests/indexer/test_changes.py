"""Changes to a published generation: what they do, that others see them, and that a crash loses nothing."""

from pathlib import Path

import pytest
from conftest import QuietReport, build, jsonl

from indexer.build import BuildOptions
from indexer.changes import (
    Changes,
    ReadOptions,
    add_articles,
    remove_articles,
    synchronize,
    update_articles,
)
from indexer.errors import IndexMissing, IndexShrinks, ReadError
from indexer.keyword import ENGINES
from indexer.snapshot import Snapshot
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

SUBJECTS = {
    "dam": "آب سد کرج کم شد و کشاورزان نگران باغ‌های سیب خود هستند",
    "snow": "برف سنگین راه روستاهای کوهستانی را بست و مدرسه‌ها تعطیل شد",
    "bread": "نانوایی‌های شهر از فردا نان سنگک را با نرخ تازه می‌فروشند",
    "train": "قطار تندرو اصفهان پس از سال‌ها انتظار به ایستگاه رسید",
}


def records(**bodies: str) -> list[dict[str, object]]:
    return [
        {"id": name, "title": f"گزارش {name}", "body": body, "date": "2026-03-04"}
        for name, body in bodies.items()
    ]


@pytest.fixture(params=sorted(ENGINES))
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    options = BuildOptions(engine=request.param, semantic=False)
    build([jsonl(tmp_path / "first.jsonl", records(**SUBJECTS))], tmp_path / "index", options)
    return tmp_path / "index"


def add(index: Path, *articles: dict[str, object]) -> Changes:
    path = jsonl(index.parent / "added.jsonl", list(articles))
    return add_articles([path], index, ReadOptions(), QuietReport())


def found(index: Path, query: str) -> list[str]:
    with HybridSearcher(index) as searcher:
        answer = searcher.search(SearchRequest(query=query, mode="keyword"))
        newest = searcher.search(SearchRequest(query=query, mode="keyword", sort="newest"))
        assert {hit.id for hit in newest.hits} <= {hit.id for hit in answer.hits}
        return [hit.id for hit in answer.hits]


def test_an_added_article_is_found_with_its_marks_and_nothing_else_changes(index: Path) -> None:
    before = {query: found(index, query) for query in ("سد کرج", "برف")}
    changes = add(index, *records(quake="زمین‌لرزه در بندر لنگه چند خانه را ویران کرد"))
    assert (changes.added, changes.replaced, changes.removed, changes.articles) == (1, 0, 0, 5)
    assert {query: found(index, query) for query in before} == before
    with HybridSearcher(index) as searcher:
        (hit,) = searcher.search(SearchRequest(query="زمین لرزه", mode="keyword")).hits
        assert hit.id == "quake"
        assert "<mark>زمین‌لرزه</mark>" in hit.snippet
        assert searcher.article("quake") is not None
        assert searcher.facets().articles == 5


def test_a_changed_article_is_found_by_its_new_words_only(index: Path) -> None:
    changes = add(index, *records(dam="سیل پل روستا را برد"))
    assert (changes.added, changes.replaced, changes.articles) == (0, 1, 4)
    assert found(index, "سیل پل") == ["dam"]
    assert found(index, '"سد کرج"') == []
    assert "dam" not in found(index, "سیب")


def test_an_article_that_did_not_change_costs_no_commit(index: Path) -> None:
    with_one = add(index, *records(**SUBJECTS))
    assert (with_one.unchanged, with_one.added, with_one.replaced, with_one.articles) == (4, 0, 0, 4)
    snapshot = Snapshot.open(index)
    assert snapshot.keyword.commit[:2] == (4, 0)
    snapshot.close()


def test_removed_articles_are_gone_everywhere_and_unknown_ids_are_rejected(index: Path) -> None:
    report = QuietReport()
    changes = remove_articles(["snow", "nobody", "bread"], index, report)
    assert (changes.removed, changes.rejected, changes.articles) == (2, 1, 2)
    assert [rejection.reason for rejection in report.rejections] == ["is not in the index"]
    assert found(index, "برف") == found(index, "نان سنگک") == []
    with HybridSearcher(index) as searcher:
        browsed = searcher.search(SearchRequest(query="", mode="keyword"))
        assert {hit.id for hit in browsed.hits} == {"dam", "train"}
        assert browsed.total == 2
        assert searcher.article("snow") is None
        assert searcher.similar("snow", 3) is None
        assert "snow" not in {hit.id for hit in searcher.similar("dam", 3).hits}
        others = searcher.search(SearchRequest(query="-آب", mode="keyword"))
        assert [hit.id for hit in others.hits] == ["train"]


def test_an_article_that_was_removed_can_be_added_again(index: Path) -> None:
    remove_articles(["dam"], index, QuietReport())
    assert add(index, *records(dam=SUBJECTS["dam"])).added == 1
    assert found(index, "سد کرج") == ["dam"]


def test_an_update_replaces_known_articles_and_rejects_others(index: Path) -> None:
    path = jsonl(index.parent / "update.jsonl", records(dam="سیل پل روستا را برد", new="خبری نو از بازار"))
    report = QuietReport()
    changes = update_articles([path], index, ReadOptions(), report)
    assert (changes.replaced, changes.added, changes.rejected) == (1, 0, 1)
    assert "add it with `add`" in report.rejections[0].reason
    assert found(index, "سیل پل") == ["dam"]
    assert found(index, "خبری نو") == []


def test_synchronizing_adds_replaces_and_removes_what_differs(index: Path) -> None:
    wanted = records(dam=SUBJECTS["dam"], snow="برف آب شد", train=SUBJECTS["train"], new="خبری نو از بازار")
    path = jsonl(index.parent / "now.jsonl", wanted)
    changes = synchronize([path], index, ReadOptions(), QuietReport())
    assert (changes.unchanged, changes.replaced, changes.added, changes.removed) == (2, 1, 1, 1)
    assert found(index, "نان سنگک") == []
    assert found(index, "خبری نو") == ["new"]
    again = synchronize([path], index, ReadOptions(), QuietReport())
    assert (again.unchanged, again.replaced, again.added, again.removed) == (4, 0, 0, 0)


def test_synchronizing_does_not_empty_the_archive_unless_told_to(index: Path) -> None:
    path = jsonl(index.parent / "one.jsonl", records(new="خبری نو از بازار"))
    with pytest.raises(IndexShrinks, match=r"4 of 4 articles.*--allow-shrink"):
        synchronize([path], index, ReadOptions(), QuietReport())
    assert found(index, "سد کرج") == ["dam"]
    assert found(index, "خبری نو") == []
    changes = synchronize([path], index, ReadOptions(allow_shrink=True), QuietReport())
    assert (changes.removed, changes.articles) == (4, 1)


def test_a_rejected_record_does_not_stop_the_others_unless_strict(index: Path) -> None:
    path = index.parent / "mixed.jsonl"
    path.write_text('{"id": "new", "body": "خبری نو از بازار"}\n{"id":\n', "utf-8")
    with pytest.raises(ReadError, match="nothing was changed"):
        add_articles([path], index, ReadOptions(strict=True), QuietReport())
    assert found(index, "خبری نو") == []
    changes = add_articles([path], index, ReadOptions(), QuietReport())
    assert (changes.added, changes.rejected) == (1, 1)
    assert changes.report is not None
    assert "mixed.jsonl:2" in changes.report.read_text("utf-8")


def test_an_article_on_which_the_analysis_fails_is_rejected_and_the_earlier_version_stays(
    index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from indexer import visibility

    def fragile(number: int, article: object, analyzer: object) -> object:
        if "شکسته" in article.body:  # type: ignore[attr-defined]
            raise ValueError("deep inside")
        return whole(number, article, analyzer)

    whole = visibility.document
    monkeypatch.setattr(visibility, "document", fragile)
    report = QuietReport()
    path = jsonl(index.parent / "added.jsonl", records(dam="شکسته", new="خبری نو از بازار"))
    changes = add_articles([path], index, ReadOptions(), report)
    assert (changes.added, changes.replaced, changes.rejected) == (1, 0, 1)
    assert "deep inside" in report.rejections[0].reason
    assert found(index, "سد کرج") == ["dam"]
    assert found(index, "خبری نو") == ["new"]


def test_a_searcher_that_is_open_sees_each_change_at_once(index: Path) -> None:
    request = SearchRequest(query="زمین لرزه", mode="keyword")
    with HybridSearcher(index) as searcher:
        assert searcher.search(request).total == 0
        add(index, *records(quake="زمین‌لرزه در بندر لنگه"))
        assert [hit.id for hit in searcher.search(request).hits] == ["quake"]
        assert searcher.complete("لن", 5).suggestions
        remove_articles(["quake"], index, QuietReport())
        assert searcher.search(request).total == 0


def test_there_must_be_an_index_to_change(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="khabaryab index"):
        add(tmp_path / "nothing", *records(**SUBJECTS))


def test_a_build_after_changes_starts_a_generation_without_holes(index: Path, tmp_path: Path) -> None:
    add(index, *records(quake="زمین‌لرزه در بندر لنگه"))
    remove_articles(["snow"], index, QuietReport())
    build([tmp_path / "first.jsonl", tmp_path / "added.jsonl"], index, BuildOptions(semantic=False))
    snapshot = Snapshot.open(index)
    assert snapshot.keyword.commit[:2] == (5, 0)
    snapshot.close()
    assert found(index, "برف") == ["snow"]
