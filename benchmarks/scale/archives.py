"""Makes archives of any size: `python -m benchmarks.scale.archives 100000 archive.jsonl [--source PATH]`.

Every article recombines sentences of a source archive, which is `seeds/` unless `--source` names another one:

- its length is drawn from the log-normal distribution of real news: 324 words on average, in half of the
  articles less than 255;
- it takes at most half of the sentences of one article of the source, then of a second one and so on, so that
  it has topics; its title joins the halves of two titles;
- sources and categories are few and unequally frequent, days are spread over ten years;
- one article in twenty is a near-duplicate of one of the last two hundred: another agency, another headline,
  some sentences dropped;
- rare words are minted (`names`), because recombined sentences alone have a closed vocabulary.

The same seed gives the same archive, and a shorter archive is the beginning of a longer one. `--vocabulary`
prints how the vocabulary grows, beside Heaps' law.
"""

import datetime as dt
import math
import random
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Table

from benchmarks.measure import SEEDS
from benchmarks.scale.names import HEAPS_EXPONENT, Names
from indexer.articles import Article
from indexer.errors import UsageError
from indexer.persian.sentences import sentence_spans
from indexer.readers import read_articles

MEAN_WORDS = 324
_SPREAD = 0.69  # standard deviation of the logarithm of the length
_SHORTEST, _LONGEST = 40, 4_000  # words
_SENTENCES_OF_ONE = 8  # at most so many sentences in a row come from the same article of the source
_DAYS = 3_652
_LAST_DAY = dt.date(2026, 3, 20)
_COPIES = 0.05  # share of near-duplicates
_RECENT = 200  # a near-duplicate copies one of so many articles before it
_DROPPED = 0.15  # share of sentences that a near-duplicate drops
_AGENCIES = (
    "رودنیوز",
    "پیک‌نیوز",
    "آوای شهر",
    "خبر نو",
    "کوهنامه",
    "دریانیوز",
    "مهرگان",
    "سپیدار",
    "باران",
    "افق",
)
_CATEGORIES = ("سیاسی", "اقتصادی", "ورزشی", "اجتماعی", "فرهنگی", "بین‌الملل", "استان‌ها", "علمی")
_WORD = re.compile(r"[\w\u200c]+")

Words = list[str]


@dataclass(frozen=True, slots=True)
class Source:
    """The articles whose sentences are recombined, split into words: `sentences` and `titles` by article.

    `words` counts the words of all, `known` the different ones.
    """

    sentences: Sequence[Sequence[Words]]
    titles: Sequence[Words]
    words: int
    known: int

    @classmethod
    def read(cls, path: Path) -> "Source":
        """Read a file or folder of articles.

        Raises:
            ReadError: the path does not exist.
            UsageError: no article there has a title and a text.

        """
        sentences, titles, words = [], [], []
        for article in read_articles([path]):
            if not isinstance(article, Article):
                continue
            text = f"{article.lead}\n{article.body}"
            split = [text[start:end].split() for start, end in sentence_spans(text)]
            if split and article.title:
                sentences.append(split)
                titles.append(article.title.split())
                words += _WORD.findall(f"{article.title}\n{text}")
        if not sentences:
            raise UsageError(f"{path}: no article with a title and a text, which an archive could recombine")
        return cls(sentences, titles, len(words), len(set(words)))


def recombined(source: Source, seed: int = 1) -> Iterator[Article]:
    """Yield articles without end. The memory needed does not grow with their number."""
    rng = random.Random(seed)  # noqa: S311 no secret
    names = Names(source.words, source.known, rng)
    recent: deque[_Story] = deque(maxlen=_RECENT)
    written, number = 0, 0
    while True:
        if recent and rng.random() < _COPIES:
            story = _copied(rng.choice(recent), source, rng)
        else:
            story = _story(source, names, written, rng)
            recent.append(story)
        written += story.words
        yield story.article(number, rng)
        number += 1


@dataclass(frozen=True, slots=True)
class _Story:
    """What near-duplicates share: the title, the sentences, the category and the day."""

    title: str
    sentences: Sequence[str]
    category: str
    day: dt.date
    words: int

    def article(self, number: int, rng: random.Random) -> Article:
        """Return the story as one of the agencies tells it."""
        agency = _AGENCIES[int(len(_AGENCIES) * rng.random() ** 2)]
        paragraphs = [" ".join(self.sentences[at : at + 3]) for at in range(1, len(self.sentences), 3)]
        return Article(
            id=f"made-{number:07d}",
            title=self.title,
            lead=f"به گزارش {agency}، {self.sentences[0]}",
            body="\n".join(paragraphs),
            source=agency,
            category=self.category,
            tags=tuple(word for word in self.title.split() if len(word) > 4)[:3],
            url=f"https://example.org/{number}",
            published=self.day,
        )


def _story(source: Source, names: Names, written: int, rng: random.Random) -> _Story:
    share, size = names.share(written), _length(rng)
    topic = int(len(source.titles) * rng.random())
    title = _title(source, topic, rng)
    sentences: list[str] = []
    words = len(title)
    while words < size:
        for sentence in _some(source.sentences[topic], rng):
            sentences.append(" ".join(_with_names(sentence, names, share, rng)))
            words += len(sentence)
            if words >= size:
                break
        topic = int(len(source.titles) * rng.random())
    return _Story(
        title=" ".join(_with_names(title, names, share, rng)),
        sentences=sentences,
        category=_CATEGORIES[int(len(_CATEGORIES) * rng.random() ** 2)],
        day=_LAST_DAY - dt.timedelta(days=int(_DAYS * rng.random())),
        words=words,
    )


def _some(sentences: Sequence[Words], rng: random.Random) -> list[Words]:
    """Return half of the sentences at most, in a new order."""
    return rng.sample(sentences, min(_SENTENCES_OF_ONE, (len(sentences) + 1) // 2))


def _length(rng: random.Random) -> int:
    """Return a number of words."""
    drawn = rng.lognormvariate(math.log(MEAN_WORDS) - _SPREAD**2 / 2, _SPREAD)
    return round(min(max(drawn, _SHORTEST), _LONGEST))


def _title(source: Source, topic: int, rng: random.Random) -> Words:
    """Return the first half of one title and the second half of another."""
    first, second = source.titles[topic], rng.choice(source.titles)
    return first[: (len(first) + 1) // 2] + second[len(second) // 2 :]


def _with_names(words: Words, names: Names, share: float, rng: random.Random) -> Words:
    """Return the words, about this share of them replaced by minted ones."""
    count = int(share * len(words) + rng.random())
    if not count:
        return words
    replaced = words.copy()
    for _ in range(count):
        replaced[int(len(words) * rng.random())] = names.next()
    return replaced


def _copied(story: _Story, source: Source, rng: random.Random) -> _Story:
    kept = [each for each in story.sentences if rng.random() >= _DROPPED] or story.sentences
    words = sum(len(each.split()) for each in kept)
    title = " ".join([*story.title.split()[:4], *rng.choice(source.titles)[-3:]])
    return _Story(title, kept, story.category, story.day, words)


def write_archive(path: Path, source: Source, articles: int, seed: int = 1) -> None:
    """Write an archive as JSON lines."""
    encode = msgspec.json.Encoder().encode
    with path.open("wb") as file:
        for article in islice(recombined(source, seed), articles):
            file.write(encode(article) + b"\n")


def vocabulary_growth(articles: Iterator[Article]) -> Iterator[tuple[int, int]]:
    """Yield (words, different words) after every doubling of the words from a thousand on, and at the end."""
    seen: set[str] = set()
    words, following = 0, 1000
    for article in articles:
        found = _WORD.findall(f"{article.title}\n{article.lead}\n{article.body}")
        seen.update(found)
        words += len(found)
        if words >= following:
            yield words, len(seen)
            following = words * 2
    yield words, len(seen)


@click.command()
@click.argument("articles", type=click.IntRange(min=1))
@click.argument("output", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--source", default=SEEDS, type=click.Path(exists=True, path_type=Path), show_default="seeds/")
@click.option("--seed", default=1, show_default=True)
@click.option("--vocabulary", is_flag=True, help="Print how the vocabulary grows.")
def main(articles: int, output: Path, source: Path, seed: int, vocabulary: bool) -> None:
    """Write an archive of ARTICLES recombined articles to OUTPUT."""
    read = Source.read(source)
    write_archive(output, read, articles, seed)
    if vocabulary:
        made = (item for item in read_articles([output]) if isinstance(item, Article))
        table = Table("words", "different", f"Heaps' law, exponent {HEAPS_EXPONENT}", box=None)
        for words, different in vocabulary_growth(made):
            law = read.known * (words / read.words) ** HEAPS_EXPONENT
            table.add_row(f"{words:,}", f"{different:,}", f"{law:,.0f}")
        Console(width=100).print(table)


if __name__ == "__main__":
    main()
