"""The Persian analyzer as a whoosh `Analyzer`, for whoosh schemas of one's own.

Stop words stay, or phrases that hold one would break; to drop them all the same, chain whoosh's
`StopFilter(stoplist=STOP_WORDS)` behind it.
"""

from collections.abc import Iterator

from whoosh.analysis.acore import Token
from whoosh.analysis.analyzers import Analyzer

from indexer.persian.analyzer import Term, persian_analyzer


class _Token(Token):
    original: str  # declared nowhere by whoosh, though its tokenizers set it


class PersianAnalyzer(Analyzer):
    """Yields the `words` stream: `text` folded, `pos` counted in parts, characters those of the original.

    For a query (`mode="query"`) it yields one reading only: whoosh demands every token of a query, and the
    index holds all readings.
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
    """Return one term a position: the first that does not begin in the word before."""
    chosen: dict[int, Term] = {}
    for term in terms:
        if term.position not in chosen or term.start > chosen[term.position].start:
            chosen[term.position] = term
    return [chosen[position] for position in sorted(chosen)]
