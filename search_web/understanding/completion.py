"""Completes a query while it is typed: its last word, or a frequent phrase of titles, from the vocabulary."""

from collections.abc import Iterable, Iterator

import numpy as np

from indexer.vocabulary import Lexeme, Vocabulary, cooccurrence_codes, word_code, word_key
from search_web.contract.answers import COMPLETIONS, Completion

# A phrase may continue from at most this many of the last words typed.
_MOST_WORDS = 5
# Letters that must be typed before phrases are offered.
_SHORTEST_START = 2
# Only this many words, the most frequent with the typed prefix, are ordered by the word before them.
_WEIGHED = 200
# The weight of the word before (c), and the articles added to its count (k); see `corrections`.
_CONTEXT, _SMOOTHING = 0.7, 5.0


def complete(vocabulary: Vocabulary, typed: str, size: int = COMPLETIONS) -> list[Completion]:
    """Return up to `size` completions of `typed`; the completed part is in the collection's own spelling.

    Their order is:

    1. phrases that continue all the words typed (at most the last five), then those that continue fewer of
       the last words;
    2. completions of the last word;
    3. phrases that begin with the last word alone.

    Within a group the most frequent come first; completed words are ordered by the word before them too. A
    third of the places is reserved for completed words, as far as there are any.
    """
    starts = range(max(len(typed.split()) - _MOST_WORDS, 0), len(typed.split()))
    is_one = len(starts) == 1
    near, far = (starts, range(0)) if is_one else (starts[:-1], starts[-1:])
    phrases, others = ([*_phrases(vocabulary, typed, size, places)] for places in (near, far))
    words = [*_words(vocabulary, typed, size)]
    kept = max(size - len(words), size - size // 3)
    return list(_distinct([*phrases[:kept], *words, *phrases[kept:], *others], typed))[:size]


def _distinct(made: Iterable[Completion], typed: str) -> Iterator[Completion]:
    """Skip what was typed already, and keep only the first of completions that differ only in spelling."""
    seen = {_joined_key(typed)}
    for completion in made:
        key = _joined_key(completion.text)
        if key not in seen:
            seen.add(key)
            yield completion


def _joined_key(text: str) -> str:
    return word_key("".join(text.split()))


def _phrases(vocabulary: Vocabulary, typed: str, size: int, starts: range) -> Iterator[Completion]:
    """Yield completions that replace the words from one of `starts` on with a phrase that begins so."""
    words = typed.split()
    has_ended = typed[-1:].isspace()
    for start in starts:
        prefix = _joined_key(" ".join(words[start:]))
        if len(prefix) < _SHORTEST_START:
            continue
        forms = (vocabulary.phrase_form(phrase.key) for phrase in vocabulary.phrases(prefix, 3 * size))
        found = [form for form in forms if not has_ended or _ends_word_at(form, len(prefix))]
        yield from (Completion(" ".join([*words[:start], form]), "phrase") for form in found[:size])


def _ends_word_at(form: str, offset: int) -> bool:
    """Return whether a word of the phrase ends at this offset in the key of the phrase."""
    words = form.split(" ")
    return any(len(_joined_key(" ".join(words[:number]))) == offset for number in range(1, len(words)))


def _words(vocabulary: Vocabulary, typed: str, size: int) -> Iterator[Completion]:
    """Yield the typed text with its last word completed; nothing after a space."""
    words = typed.split()
    prefix = word_key(words[-1]) if words and not typed[-1:].isspace() else ""
    if not prefix:
        return
    # One more than asked for, because the typed word itself may be among them and is dropped later.
    number = size + 1
    frequent = vocabulary.words(prefix, _WEIGHED if len(words) > 1 else number)
    if len(words) > 1:
        frequent = _by_likelihood(vocabulary, frequent, word_key(words[-2]))
    for word in frequent[:number]:
        yield Completion(" ".join([*words[:-1], vocabulary.form(word.key)]), "word")


def _by_likelihood(vocabulary: Vocabulary, words: list[Lexeme], before: str) -> list[Lexeme]:
    """Order words by how likely they follow the word before them, most likely first.

    The formula is P(w | others) of `corrections`, with one other word.
    """
    codes = np.array([word_code(word.key) for word in words], dtype=np.uint64)
    previous = np.array([word_code(before)], dtype=np.uint64)
    cooccurrences = vocabulary.cooccurrences(cooccurrence_codes(codes, previous))
    shared = cooccurrences / (vocabulary.frequency(before) + _SMOOTHING)
    alone = np.array([word.count for word in words]) / max(vocabulary.total, 1)
    likely = (1 - _CONTEXT) * alone + _CONTEXT * shared
    return [words[index] for index in np.argsort(-likely, kind="stable")]
