"""Every keyword engine changes in place: commits are whole, and open readers keep what they see."""

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import numpy as np
import pytest
from keyword_engines import NOTHING, TESTED, PlainIndex, asked, built, doc, numbers

from indexer.commit import Commit
from indexer.filters import Filters
from indexer.keyword.engine import Document, KeywordEngine, KeywordIndex, KeywordQuery, Phrase
from indexer.keyword.fields import WORDS

SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture(params=TESTED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def engine(name: str) -> KeywordEngine:
    return TESTED[name].load()


def test_a_build_commits_the_number_of_its_articles(engine: KeywordEngine, tmp_path: Path) -> None:
    index = built(engine, tmp_path, [doc(number, "a") for number in range(7)])
    assert index.commit == Commit(articles=7, removals=0)
    index.close()


def test_a_commit_makes_additions_and_removals_visible_together(
    engine: KeywordEngine, tmp_path: Path
) -> None:
    before = built(engine, tmp_path, [doc(0, "a b", day=3), doc(1, "a c"), doc(2, "a d")])
    with engine.change(tmp_path) as writer:
        writer.add(doc(3, "a e", day=9, source="irna", category="sport"))
        writer.remove([1, 2])
        assert numbers(engine.open(tmp_path).search(asked("a"), NOTHING, 9)) == [0, 1, 2]
        writer.commit(Commit(4, 2))
    after = engine.open(tmp_path)
    assert (len(after), after.commit) == (2, Commit(4, 2))
    assert numbers(after.search(asked("a"), NOTHING, 9)) == [0, 3]
    assert numbers(after.newest(asked("a"), NOTHING, 9)) == [3, 0]
    assert after.search(asked("c", "d"), NOTHING, 9).total == 0
    phrases = [Phrase(WORDS, ((word,),)) for word in "acde"] + [Phrase(WORDS, (("a", "e"),))]
    assert [found.tolist() for found in after.holding(phrases)] == [[0, 3], [], [], [3], [3]]
    assert after.facet_counts(asked("a"), NOTHING).days.tolist() == [3, 9]
    assert numbers(after.search(asked("a"), Filters(source="irna"), 9)) == [3]
    assert (len(before), before.commit) == (3, Commit(3, 0))
    assert numbers(before.search(asked("a"), NOTHING, 9)) == [0, 1, 2]
    assert [found.tolist() for found in before.holding(phrases)] == [[0, 1, 2], [1], [2], [], []]
    before.close()
    after.close()


def test_removing_what_is_not_there_is_no_error(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [doc(0, "a"), doc(1, "a")])
    for _ in range(2):
        with engine.change(tmp_path) as writer:
            writer.remove([1, 7])
            writer.commit(Commit(2, 2))
        index = engine.open(tmp_path)
        assert (len(index), numbers(index.search(asked("a"), NOTHING, 9))) == (1, [0])
        index.close()


def test_adding_a_number_again_replaces_the_article(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [doc(0, "a"), doc(1, "old"), doc(2, "a")])
    with engine.change(tmp_path) as writer:
        writer.add(doc(1, "new a"))
        writer.add(doc(1, "newer a"))
        writer.add(doc(3, "a"))
        writer.commit(Commit(4))
        writer.add(doc(3, "a again"))
        writer.commit(Commit(4))
    index = engine.open(tmp_path)
    assert len(index) == 4
    assert [index.search(asked(word), NOTHING, 9).total for word in ("old", "new", "newer")] == [0, 0, 1]
    assert sorted(numbers(index.search(asked("a"), NOTHING, 9))) == [0, 1, 2, 3]
    index.close()


def test_equal_scores_are_ordered_by_article_number_in_whatever_order_they_were_added(
    engine: KeywordEngine, tmp_path: Path
) -> None:
    engine.build(tmp_path, [doc(number, "a b", day=number % 2) for number in range(30)])
    for chosen in (range(29, 9, -3), range(5, 20), (3, 1, 2)):
        with engine.change(tmp_path) as writer:
            for number in chosen:
                writer.add(doc(number, "a b", day=number % 2))
            writer.commit(Commit(30))
    index = engine.open(tmp_path)
    assert numbers(index.search(asked("a", "b"), NOTHING, 30)) == list(range(30))
    assert numbers(index.search(asked("a"), NOTHING, 4)) == [0, 1, 2, 3]
    assert numbers(index.newest(asked("a"), NOTHING, 17)) == [*range(1, 30, 2), 0, 2]
    index.close()


def test_a_number_that_was_removed_can_be_added_in_the_same_commit(
    engine: KeywordEngine, tmp_path: Path
) -> None:
    engine.build(tmp_path, [doc(0, "a")])
    with engine.change(tmp_path) as writer:
        writer.add(doc(1, "a"))
        writer.remove([0, 1])
        writer.add(doc(0, "a b"))
        writer.commit(Commit(2, 1))
    index = engine.open(tmp_path)
    assert numbers(index.search(asked("a"), NOTHING, 9)) == [0]
    assert index.search(asked("b"), NOTHING, 9).total == 1
    index.close()


def test_what_was_not_committed_is_dropped(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [doc(0, "a"), doc(1, "a")])
    with engine.change(tmp_path) as writer:
        writer.add(doc(2, "a"))
        writer.remove([0])
    with suppress(RuntimeError), engine.change(tmp_path) as writer:
        writer.add(doc(2, "a"))
        raise RuntimeError
    with engine.change(tmp_path) as writer:
        writer.remove([1])
        writer.commit(Commit(2, 1))
    index = engine.open(tmp_path)
    assert (numbers(index.search(asked("a"), NOTHING, 9)), index.commit) == ([0], Commit(2, 1))
    index.close()


def test_an_index_can_lose_all_its_articles_and_get_new_ones(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [doc(0, "a"), doc(1, "a")])
    with engine.change(tmp_path) as writer:
        writer.remove([0, 1])
        writer.commit(Commit(2, 2))
        index = engine.open(tmp_path)
        assert (len(index), index.search(asked("a"), NOTHING, 9).total) == (0, 0)
        assert index.facet_counts(KeywordQuery(), NOTHING).days.tolist() == []
        index.close()
        writer.add(doc(2, "a"))
        writer.commit(Commit(3, 2))
    index = engine.open(tmp_path)
    assert numbers(index.search(asked("a"), NOTHING, 9)) == [2]
    index.close()


def test_an_empty_index_can_grow(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [])
    with engine.change(tmp_path) as writer:
        writer.add(doc(0, "a"))
        writer.commit(Commit(1))
    index = engine.open(tmp_path)
    assert numbers(index.search(asked("a"), NOTHING, 9)) == [0]
    index.close()


def test_the_stamp_changes_with_every_commit_and_not_without(engine: KeywordEngine, tmp_path: Path) -> None:
    engine.build(tmp_path, [doc(0, "a")])
    stamps = [engine.stamp(tmp_path)]
    for number in (1, 2, 3):
        with engine.change(tmp_path) as writer:
            writer.add(doc(number, "a"))
            assert engine.stamp(tmp_path) == stamps[-1]
            writer.commit(Commit(number + 1))
        stamps.append(engine.stamp(tmp_path))
        engine.open(tmp_path).close()
        assert engine.stamp(tmp_path) == stamps[-1]
    assert len(set(stamps)) == 4


def random_document(number: int, dice: np.random.Generator) -> Document:
    words = " ".join(f"w{word}" for word in dice.integers(0, 12, dice.integers(1, 9)))
    title = " ".join(f"w{word}" for word in dice.integers(0, 12, dice.integers(0, 3)))
    day, source = int(dice.choice([0, 5, 6])), f"s{dice.integers(3)}"
    return doc(number, words, day, source, category="c" * int(dice.integers(2)), title=title)


def assert_same(index: KeywordIndex, plain: PlainIndex) -> None:
    assert (len(index), index.commit) == (len(plain), plain.commit)
    phrases = [
        Phrase(WORDS, ((f"w{one}", f"w{two}"), (f"w{two}",) * 3)) for one in range(4) for two in range(3)
    ]
    for found, expected in zip(index.holding(phrases), plain.holding(phrases), strict=True):
        assert found.tolist() == expected.tolist()
    for word in range(12):
        query = KeywordQuery(asked(f"w{word}", "w0").words, excluded=(phrases[word],))
        filters = Filters(source=f"s{word}") if word < 3 else NOTHING
        found, expected = index.search(query, filters, 900), plain.search(query, filters, 900)
        assert (set(numbers(found)), found.total) == (set(numbers(expected)), expected.total)
        newest, expected = index.newest(query, filters, 900), plain.newest(query, filters, 900)
        assert set(numbers(newest)) == set(numbers(expected))
        counts, expected_counts = index.facet_counts(query, filters), plain.facet_counts(query, filters)
        assert (counts.sources, counts.categories) == (expected_counts.sources, expected_counts.categories)
        assert counts.days.tolist() == expected_counts.days.tolist()
        assert counts.articles.tolist() == expected_counts.articles.tolist()
        assert index.frequency(WORDS, f"w{word}") >= plain.frequency(WORDS, f"w{word}")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_random_changes_give_what_a_dictionary_gives(
    engine: KeywordEngine, tmp_path: Path, seed: int
) -> None:
    dice = np.random.default_rng(seed)
    held = {number: random_document(number, dice) for number in range(20)}
    engine.build(tmp_path, list(held.values()))
    given = 20
    for _ in range(12):
        with engine.change(tmp_path) as writer:
            for _ in range(int(dice.integers(1, 4))):
                gone = dice.integers(0, given + 3, dice.integers(0, 9)).tolist()
                writer.remove(gone)
                held = {number: kept for number, kept in held.items() if number not in gone}
                again = dice.integers(0, given, dice.integers(0, 3)).tolist()
                for number in [*again, *range(given, given + int(dice.integers(0, 12)))]:
                    held[number] = random_document(number, dice)
                    writer.add(held[number])
                    given = max(given, number + 1)
                writer.commit(Commit(given, len(gone)))
                index, plain = engine.open(tmp_path), PlainIndex(held, Commit(given, len(gone)))
                assert_same(index, plain)
                index.close()


# A window of articles slides over the numbers, so that everything that is visible follows from the commit.
WINDOW = 10


def slide(engine: KeywordEngine, directory: Path, commits: int | None) -> None:
    """Add an article and remove one with each commit, beginning where the last commit ended."""
    index = engine.open(directory)
    given = index.commit.articles
    index.close()
    with engine.change(directory) as writer:
        while commits is None or commits:
            writer.add(doc(given, f"all w{given % 7}"))
            writer.remove(range(given + 1 - WINDOW))
            given += 1
            writer.commit(Commit(given, max(given - WINDOW, 0)))
            commits = commits and commits - 1


def assert_whole(index: KeywordIndex) -> None:
    """Assert that everything in the index is of the same commit."""
    given, removed, _ = index.commit
    visible = list(range(max(given - WINDOW, 0), given))
    assert (len(index), removed) == (len(visible), max(given - WINDOW, 0))
    assert sorted(numbers(index.search(asked("all"), NOTHING, 99))) == visible
    assert index.holding([Phrase(WORDS, (("all", "w3"),))])[0].tolist() == [n for n in visible if n % 7 == 3]


def read_until_told(name: str, directory: Path, told: Connection) -> None:
    """Open commit after commit, look at each again when later ones are there, and send how many they were."""
    engine = TESTED[name].load()
    seen: set[Commit] = set()
    held: list[KeywordIndex] = []
    told.send("ready")
    while not told.poll():
        held.append(engine.open(directory))
        seen.add(held[-1].commit)
        for index in held:
            assert_whole(index)
        if len(held) > 3:
            held.pop(0).close()
        time.sleep(0.02)  # so that the writer, too, gets the processor
    told.recv()
    told.send(len(seen))


@pytest.fixture
def processes() -> Iterator[list[BaseProcess]]:
    started: list[BaseProcess] = []
    yield started
    for process in started:
        process.kill()
        process.join()


@pytest.mark.slow
def test_readers_in_other_processes_see_whole_commits_while_hundreds_are_made(
    name: str, engine: KeywordEngine, tmp_path: Path, processes: list[BaseProcess]
) -> None:
    engine.build(tmp_path, [])
    pipes = []
    for _ in range(2):
        ours, theirs = SPAWN.Pipe()
        pipes.append(ours)
        processes.append(SPAWN.Process(target=read_until_told, args=(name, tmp_path, theirs)))
        processes[-1].start()
    assert [pipe.recv() for pipe in pipes] == ["ready", "ready"]
    slide(engine, tmp_path, TESTED[name].commits)
    for pipe in pipes:
        pipe.send("enough")
    for process, pipe in zip(processes, pipes, strict=True):
        assert pipe.recv() > 1
        process.join()
        assert process.exitcode == 0
    index = engine.open(tmp_path)
    assert index.commit.articles == TESTED[name].commits
    assert_whole(index)
    index.close()


def slide_forever(name: str, directory: Path) -> None:
    slide(TESTED[name].load(), directory, None)


@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_its_last_commit_whole(
    name: str, engine: KeywordEngine, tmp_path: Path, processes: list[BaseProcess]
) -> None:
    engine.build(tmp_path, [])
    dice = np.random.default_rng()
    given = 0
    for _ in range(6):
        before = engine.stamp(tmp_path)
        process = SPAWN.Process(target=slide_forever, args=(name, tmp_path))
        processes.append(process)
        process.start()
        while engine.stamp(tmp_path) == before:
            assert process.is_alive()
            time.sleep(0.01)
        time.sleep(dice.uniform(0, 0.3))
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        index = engine.open(tmp_path)
        assert_whole(index)
        assert index.commit.articles > given
        given = index.commit.articles
        index.close()
