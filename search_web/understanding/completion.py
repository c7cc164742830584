"""Completing what a reader types: the last word, and frequent phrases of titles, from the vocabulary."""

from collections.abc import Iterable, Iterator

import numpy as np

from indexer.vocabulary import Vocabulary, cooccurrence_code, word_code, word_key
from search_web.contract.answers import COMPLETIONS, Completion

# Of the last words typed, those that a phrase may go on from.
_MOST_WORDS = 5
_SHORTEST_START = 2
# Words that are ordered by the one before them: the most frequent that begin so.
_WEIGHED = 200
# How much the word before counts, and how many articles more it is taken to be in (see `corrections`).
_CONTEXT, _SMOOTHING = 0.7, 5.0


def complete(vocabulary: Vocabulary, typed: str, size: int = COMPLETIONS) -> list[Completion]:
    """Return up to `size` completions of `typed`, the collection's own spelling from where they set in.

    Phrases that go on from all the words typed come first, then those that go on from some of the last
    ones, then what the last word may become, then phrases that begin with it; the most frequent of each
    first. Where there are words, a third of the places is theirs.
    """
    starts = range(max(len(typed.split()) - _MOST_WORDS, 0), len(typed.split()))
    is_one = len(starts) == 1
    near, far = (starts, range(0)) if is_one else (starts[:-1], starts[-1:])
    phrases, others = ([*_phrases(vocabulary, typed, size, places)] for places in (near, far))
    words = [*_words(vocabulary, typed, size)]
    kept = max(size - len(words), size - size // 3)
    return list(_distinct([*phrases[:kept], *words, *phrases[kept:], *others], typed))[:size]


def _distinct(made: Iterable[Completion], typed: str) -> Iterator[Completion]:
    """Leave out what was typed already, and all but the first of what reads alike."""
    seen = {_joined_key(typed)}
    for completion in made:
        key = _joined_key(completion.text)
        if key not in seen:
            seen.add(key)
            yield completion


def _joined_key(text: str) -> str:
    return word_key("".join(text.split()))


def _phrases(vocabulary: Vocabulary, typed: str, size: int, starts: range) -> Iterator[Completion]:
    """Yield the text with its words from one of `starts` on made a phrase."""
    words = typed.split()
    has_ended = typed[-1:].isspace()
    for start in starts:
        prefix = _joined_key(" ".join(words[start:]))
        if len(prefix) < _SHORTEST_START:
            continue
        places = vocabulary.phrases.starting_with(prefix)
        forms = (
            vocabulary.phrases.forms[place] for place in vocabulary.phrases.most_frequent(places, 3 * size)
        )
        found = [form for form in forms if not has_ended or _ends_word_at(form, len(prefix))]
        yield from (Completion(" ".join([*words[:start], form]), "phrase") for form in found[:size])


def _ends_word_at(form: str, offset: int) -> bool:
    """Tell whether a word of the phrase ends at this offset into the letters of its key."""
    words = form.split(" ")
    return any(len(_joined_key(" ".join(words[:number]))) == offset for number in range(1, len(words)))


def _words(vocabulary: Vocabulary, typed: str, size: int) -> Iterator[Completion]:
    """Yield the text with its last word completed."""
    words = typed.split()
    prefix = word_key(words[-1]) if words and not typed[-1:].isspace() else ""
    if not prefix:
        return
    frequent = vocabulary.words.most_frequent(vocabulary.words.starting_with(prefix), _WEIGHED)
    if len(words) > 1:
        frequent = _by_likelihood(vocabulary, frequent, word_key(words[-2]))
    # One more, for the word that was typed may be among them.
    for place in frequent[: size + 1]:
        yield Completion(" ".join([*words[:-1], vocabulary.words.forms[place]]), "word")


def _by_likelihood(vocabulary: Vocabulary, places: list[int], before: str) -> list[int]:
    """Order words by how likely they stand beside the word before them."""
    code = word_code(before)
    codes = [cooccurrence_code(code, word_code(vocabulary.words.keys[place])) for place in places]
    cooccurrences = vocabulary.cooccurrences(np.array(codes, dtype=np.uint64))
    shared = cooccurrences / (vocabulary.frequency(before) + _SMOOTHING)
    alone = vocabulary.words.counts[places] / max(vocabulary.total, 1)
    likely = (1 - _CONTEXT) * alone + _CONTEXT * shared
    return [places[index] for index in np.argsort(-likely, kind="stable")]
