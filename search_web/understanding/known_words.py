"""Decides whether a word exists: in the collection, in a lexicon of Persian, or as a form of such a word."""

from indexer.persian.affixes import ENDINGS, PLURALS
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.lexicon import load_lexicon
from indexer.vocabulary import Vocabulary

_SHORTEST_STEM = 3
_ENDINGS = (*ENDINGS, *PLURALS, "را")
# Short words that hurried writers join to the next word without a space.
_WRITTEN_ONTO = ("و", "ب", "ن", "در", "از", "به")


class KnownWords:
    """Looks up words by their key (`indexer.vocabulary.word_key`)."""

    def __init__(self, vocabulary: Vocabulary, analyzer: PersianAnalyzer) -> None:
        self._vocabulary = vocabulary
        self._analyzer = analyzer
        self._lexicon = load_lexicon()

    def articles(self, key: str) -> int:
        """Return the number of articles in the collection that have the word."""
        return self._vocabulary.frequency(key)

    def is_listed(self, key: str) -> bool:
        """Return whether the collection or a lexicon has exactly this word."""
        lexicon = self._lexicon
        return bool(
            self.articles(key) or lexicon.is_attested(key) or key in lexicon.verbs or key in lexicon.compounds
        )

    def is_known(self, key: str) -> bool:
        """Return whether the word is listed, is a form of a listed word, or consists of listed parts."""
        if self.is_listed(key) or self._is_inflected(key):
            return True
        parts = [term.text for term in self._analyzer.words(key)]
        return parts != [key] and all(map(self.is_listed, parts))

    def _is_inflected(self, key: str) -> bool:
        """Return whether the word is a listed word plus an ending, or plus a short word joined in front."""
        stems = [key.removesuffix(ending) for ending in _ENDINGS if key.endswith(ending)]
        stems += [key.removeprefix(prefix) for prefix in _WRITTEN_ONTO if key.startswith(prefix)]
        # A doubled first or last letter is a typo, not an affix.
        return any(
            self.is_listed(stem)
            for stem in stems
            if len(stem) >= _SHORTEST_STEM and key not in (stem + stem[-1], stem[0] + stem)
        )
