"""Counting in bounded memory: what the counts promise, and how much work it takes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.lossy_counter import LossyCounter

LIMIT = 8
TEXTS = st.lists(st.lists(st.sampled_from("ابپتثجچحخدذرزژسش"), max_size=12), max_size=40)


class WorkCounter(LossyCounter):
    """Counts how many entries it examines when it drops some."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.examined = 0

    def drop_rare(self) -> None:
        self.examined += len(self.counts)
        super().drop_rare()


def counted(texts: list[list[str]], limit: int = LIMIT) -> WorkCounter:
    counter = WorkCounter(limit)
    for text in texts:
        counter.update(text)
    return counter


@given(TEXTS)
def test_each_count_is_too_low_by_at_most_the_floor_and_never_too_high(texts: list[list[str]]) -> None:
    true = Counter(word for text in texts for word in text)
    counter = counted(texts)
    assert len(counter.counts) <= LIMIT
    assert all(true[word] - counter.floor <= counter.counts[word] <= true[word] for word in true)


@given(TEXTS)
def test_counts_below_the_limit_are_exact(texts: list[list[str]]) -> None:
    true = Counter(word for text in texts for word in text)
    counter = counted(texts, limit=len(true))
    assert (counter.counts, counter.floor) == (true, 0)


@given(TEXTS)
def test_the_same_words_always_give_the_same_counts(texts: list[list[str]]) -> None:
    assert list(counted(texts).counts.items()) == list(counted(texts).counts.items())


def test_the_work_grows_as_the_words_do_even_if_every_word_is_frequent() -> None:
    limit = 100

    def work(distinct: int) -> int:
        return counted([[f"واژه{number}"] * 5 for number in range(distinct)], limit).examined

    once, ten_times = work(5 * limit), work(50 * limit)
    assert 0 < once <= 5 * 5 * limit
    assert ten_times <= 5 * 50 * limit


def test_frequent_words_of_a_late_part_are_kept_beside_those_of_an_early_part() -> None:
    early = [["الف"] * 100, *([f"کمیاب{number}"] for number in range(40))]
    late = [["ب"] * 60, *([f"نادر{number}"] for number in range(40))]
    assert {"الف": 100, "ب": 60}.items() <= counted(early + late).counts.items()
