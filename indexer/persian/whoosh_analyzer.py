"""The Persian analyzer as a whoosh `Analyzer`, for use in your own whoosh schemas.

It keeps stop words, because phrases that contain one would not match otherwise. To drop them anyway, chain
whoosh's `StopFilter(stoplist=STOP_WORDS)` after it.
"""

from collections.abc import Iterator

from whoosh.analysis.acore import Token
from whoosh.analysis.analyzers import Analyzer

from indexer.persian.analyzer import Term, persian_analyzer


class _Token(Token):
    original: str  # whoosh's tokenizers set it, but whoosh declares it nowhere


class PersianAnalyzer(Analyzer):
    """Yields the `words` stream: `text` is folded, `pos` counts parts, character offsets are the original's.

    For a query (`mode="query"`) it yields only one reading: whoosh requires every token of a query to match,
    and the index holds all readings.
    """

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **options: object,
    ) -> Iterator[Token]:
        """Yield one reused token object, as whoosh analyzers do."""
        token = _Token(positions, chars, removestops=removestops, mode=mode, **options)
        terms = persian_analyzer().words(value)
        for term in _first_reading(terms) if mode == "query" else terms:
            token.text = term.text
            token.boost = 1.0
            token.stopped = False
            if keeporiginal:
                token.original = value[term.start : term.end]
            if positions:
                token.pos = start_pos + term.position
            if chars:
                token.startchar = start_char + term.start
                token.endchar = start_char + term.end
            yield token


def _first_reading(terms: list[Term]) -> list[Term]:
    """Return one term for each position: the first that does not begin in the previous word."""
    chosen: dict[int, Term] = {}
    for term in terms:
        if term.position not in chosen or term.start > chosen[term.position].start:
            chosen[term.position] = term
    return [chosen[position] for position in sorted(chosen)]
