"""Restores missing half-spaces: میشود → می‌شود, رئیسجمهور → رئیس‌جمهور, کتابهای → کتاب‌های.

The half-space (U+200C, zero-width non-joiner) separates the parts of a Persian word. The restored text is for
programs that read whole words, such as an encoder; the index does not need it. A half-space is added only if
the analyzer has exactly one reading of the joined spelling. Names, unknown words, guessed splits and all
other characters stay unchanged.
"""

from functools import lru_cache

from indexer.persian.characters import HALF_SPACE, fold_with_offsets
from indexer.persian.segmentation import Segmenter
from indexer.persian.spellings import canonical_with_offsets
from indexer.persian.tokens import Kind, tokenize

_CACHED = 200_000


class Restorer:
    """Restores half-spaces according to a segmenter's readings. Caches the results by word."""

    def __init__(self, segmenter: Segmenter) -> None:
        self._segmenter = segmenter
        self._word = lru_cache(_CACHED)(self._restored_word)

    def restored(self, text: str) -> str:
        """Return `text` with half-spaces added inside its words, and nothing else changed. Idempotent."""
        pieces: list[str] = []
        at = 0
        for token in tokenize(text):
            if token.kind is Kind.WORD and (word := self._word(token.text)) is not token.text:
                pieces += text[at : token.start], word
                at = token.end
        return "".join([*pieces, text[at:]]) if pieces else text

    def _restored_word(self, word: str) -> str:
        folded, offsets = canonical_with_offsets(*fold_with_offsets(word))
        cuts = [offsets[cut] for cut in self._cuts(folded)]
        if not cuts:
            return word
        return HALF_SPACE.join(
            word[start:end] for start, end in zip([0, *cuts], [*cuts, len(word)], strict=True)
        )

    def _cuts(self, folded: str) -> list[int]:
        """Return the offsets at which a folded word lacks half-spaces, ascending."""
        cuts: list[int] = []
        start = 0
        for piece in folded.split(HALF_SPACE):
            cuts += (start + cut for cut in self._segmenter.boundaries(piece))
            start += len(piece) + 1
        return cuts
