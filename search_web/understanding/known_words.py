"""Which words exist: in the collection, in the language's lexicons, or as a form of one of these."""

from indexer.persian.affixes import ENDINGS, PLURALS
from indexer.persian.analyzer import PersianAnalyzer
from indexer.persian.lexicon import load_lexicon
from indexer.vocabulary import Vocabulary

_SHORTEST_STEM = 3
_ENDINGS = (*ENDINGS, *PLURALS, "را")
# What hurried writers do not part from the word behind it.
_WRITTEN_ONTO = ("و", "ب", "ن", "در", "از", "به")


class KnownWords:
    """Tells what is known of a word, given its key (`indexer.vocabulary.word_key`)."""

    def __init__(self, vocabulary: Vocabulary, analyzer: PersianAnalyzer) -> None:
        self._vocabulary = vocabulary
        self._analyzer = analyzer
        self._lexicon = load_lexicon()

    def articles(self, key: str) -> int:
        """Return how many articles of the collection have the word."""
        return self._vocabulary.frequency(key)

    def is_listed(self, key: str) -> bool:
        """Tell whether the collection or a lexicon has the word as it is."""
        lexicon = self._lexicon
        return bool(
            self.articles(key) or lexicon.is_attested(key) or key in lexicon.verbs or key in lexicon.compounds
        )

    def is_known(self, key: str) -> bool:
        """Tell whether the word is listed, a form of a listed one, or made of listed parts."""
        if self.is_listed(key) or self._is_inflected(key):
            return True
        parts = [term.text for term in self._analyzer.words(key)]
        return parts != [key] and all(map(self.is_listed, parts))

    def _is_inflected(self, key: str) -> bool:
        """Tell whether an ending, or a short word written onto it, makes the word of a listed one."""
        stems = [key.removesuffix(ending) for ending in _ENDINGS if key.endswith(ending)]
        stems += [key.removeprefix(prefix) for prefix in _WRITTEN_ONTO if key.startswith(prefix)]
        # A letter typed twice is no ending.
        return any(
            self.is_listed(stem)
            for stem in stems
            if len(stem) >= _SHORTEST_STEM and key not in (stem + stem[-1], stem[0] + stem)
        )
