"""Half-spaces put back where they were lost: میشود → می‌شود, رئیسجمهور → رئیس‌جمهور, کتابهای → کتاب‌های.

For readers of whole words other than the index, such as an encoder: only where the analyzer reads the joined
spelling in one way is anything put in; names, unknown words, guesses and all other characters stay.
"""

from functools import lru_cache

from indexer.persian.characters import HALF_SPACE, fold_with_offsets
from indexer.persian.segmentation import Segmenter
from indexer.persian.spellings import canonical_with_offsets
from indexer.persian.tokens import Kind, tokenize

_CACHED = 200_000


class Restorer:
    """Puts half-spaces back by a segmenter's readings; results are cached by word."""

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
        """Return where half-spaces are missing in a folded word, in ascending order."""
        cuts: list[int] = []
        start = 0
        for piece in folded.split(HALF_SPACE):
            cuts += (start + cut for cut in self._segmenter.boundaries(piece))
            start += len(piece) + 1
        return cuts
