"""Follows live changes: appends to a vocabulary what added articles count, one record a commit.

Each record writes one file, and each file is a layer (see `vocabulary_layer`). File N holds the record N and
as many of the records before it as `vocabulary.additions_of` says. So a reader of N records opens at most
log2(N) + 1 files, and an article is written at most that often again. A file is never changed: a reader at an
earlier commit goes on with the files of that commit.

How the thresholds of a full build (see `vocabulary_counts`) apply to additions:

- A word of a single added article is known at once, however big the archive is, because it may be the name in
  today's news. If it is a typo, the next full build drops it.
- Every phrase of every added title is counted. It is offered when enough of the added titles have it.
- Co-occurrences are those of one title, and neighbours that the articles of one record repeat.

The counts of removed and changed articles stay until the next full build. To subtract them exactly, the words
of every article would have to be counted again when it goes, and a word too many in the vocabulary harms
little: it is offered or left uncorrected, and the search finds nothing.
"""

from collections.abc import Iterable
from itertools import batched
from pathlib import Path

import numpy as np

from indexer.articles import Article
from indexer.errors import unreadable
from indexer.lexemes import Lexemes
from indexer.vocabulary import ADDITIONS, additions_file, additions_of
from indexer.vocabulary_counts import counts_of
from indexer.vocabulary_layer import Counted, Layer, merged

# Files that readers may need who are at most this many records behind.
_READERS_BEHIND = 64
# So many articles are counted together: it bounds the memory.
_COUNTED_TOGETHER = 2_000
# Maximum entries of one file. A full build is long due when there are more; the rarest are left out then.
_MOST_WORDS, _MOST_PHRASES, _MOST_COOCCURRENCES = 300_000, 200_000, 2_000_000


class VocabularyWriter:
    """Appends records. Only one process may write at a time."""

    def __init__(self, directory: Path, records: int) -> None:
        """Open the directory of a vocabulary for appending after `records` records; cut off what is behind.

        Raises:
            IndexUnusable: the files cannot be listed or deleted.

        """
        self._directory = directory
        self._records = records
        try:
            (directory / ADDITIONS).mkdir(exist_ok=True)
            self._delete_unneeded()
        except OSError as error:
            raise unreadable(directory, error) from error

    def append(self, articles: Iterable[Article]) -> int:
        """Count the articles as one record, sync it to the disk, and return the new number of records.

        Raises:
            IndexUnusable: a file cannot be read or written.

        """
        number = self._records + 1
        counted = [_counted(batch) for batch in batched(articles, _COUNTED_TOGETHER)]
        earlier = set(additions_of(self._records)) - set(additions_of(number))
        layers = [Layer(additions_file(self._directory, each)).counted() for each in sorted(earlier)]
        path = additions_file(self._directory, number)
        try:
            _limited(merged([*layers, *(counted or [_counted(())])])).write(path)
        except OSError as error:
            raise unreadable(path, error) from error
        self._records = number
        return number

    def _delete_unneeded(self) -> None:
        """Delete files behind the last record, and those that no reader needs any more."""
        needed = {
            additions_file(self._directory, number)
            for records in range(max(self._records - _READERS_BEHIND, 0), self._records + 1)
            for number in additions_of(records)
        }
        for path in (self._directory / ADDITIONS).iterdir():
            if path not in needed:
                path.unlink()


def _counted(articles: Iterable[Article]) -> Counted:
    return counts_of(articles).counted_additions()


def _limited(counted: Counted) -> Counted:
    times = counted.times
    if len(times) > _MOST_COOCCURRENCES:
        kept = np.sort(np.argpartition(times, -_MOST_COOCCURRENCES)[-_MOST_COOCCURRENCES:])
        counted = Counted(
            counted.articles, counted.words, counted.phrases, counted.cooccurrences[kept], times[kept]
        )
    return Counted(
        counted.articles,
        _most_frequent(counted.words, _MOST_WORDS),
        _most_frequent(counted.phrases, _MOST_PHRASES),
        counted.cooccurrences,
        counted.times,
    )


def _most_frequent(lexemes: Lexemes, number: int) -> Lexemes:
    if len(lexemes.keys) <= number:
        return lexemes
    return Lexemes.of(sorted(lexemes.rows(), key=lambda row: (-row[2], row[0]))[:number])
