"""Queries for an archive, cut from its own articles: three words, or the first fourteen words of a lead."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from indexer.articles import Article
from indexer.persian.characters import fold
from indexer.persian.stop_words import STOP_WORDS

LEAD_WORDS = 14
_WORDS, _SHORTEST = 3, 3
_WORD = re.compile(r"[\w\u200c]+")


@dataclass(frozen=True, slots=True)
class Queries:
    """Two lists of queries, both without punctuation, so that no engine reads an operator in them."""

    three_words: list[str]
    leads: list[str]

    @classmethod
    def cut(cls, archive: Path, count: int, seed: int = 1) -> "Queries":
        """Cut `count` queries of each kind (fewer of a small archive) from a file of JSON lines."""
        rng = random.Random(seed)  # noqa: S311 no secret
        three_words, leads = [], []
        for line in _sample(archive, 2 * count, rng):
            article = msgspec.json.decode(line, type=Article)
            lead = _WORD.findall(article.lead)
            telling = [
                word
                for word in dict.fromkeys(_WORD.findall(article.title) + lead[LEAD_WORDS // 2 :])
                if len(word) >= _SHORTEST and fold(word) not in STOP_WORDS
            ]
            if len(telling) >= _WORDS:
                three_words.append(" ".join(rng.sample(telling, _WORDS)))
            if len(lead) >= LEAD_WORDS:
                leads.append(" ".join(lead[:LEAD_WORDS]))
        return cls(three_words[:count], leads[:count])

    def kinds(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the name and the queries of each kind."""
        yield "three words", self.three_words
        yield f"{LEAD_WORDS} words", self.leads


def _sample(path: Path, count: int, rng: random.Random) -> list[bytes]:
    """Return `count` random lines, after one pass over the file (reservoir sampling)."""
    chosen: list[bytes] = []
    with path.open("rb") as lines:
        for number, line in enumerate(lines):
            if number < count:
                chosen.append(line)
            elif (place := int((number + 1) * rng.random())) < count:
                chosen[place] = line
    rng.shuffle(chosen)
    return chosen
