"""The Persian analyzer as a whoosh `Analyzer`, for whoosh schemas of one's own."""

from collections.abc import Iterator

from whoosh.analysis import Analyzer, Token

from indexer.persian.analyzer import persian_analyzer


class PersianAnalyzer(Analyzer):  # type: ignore[misc]  # whoosh's base class is untyped
    """Yields the `words` stream: `text` folded, `pos` counted in parts, `startchar` and `endchar` original."""

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
        analyzer = persian_analyzer()
        token = Token(positions, chars, removestops=removestops, mode=mode, **options)
        terms = analyzer.words(value)
        if removestops and any(not analyzer.is_stop_word(term.text) for term in terms):
            terms = [term for term in terms if not analyzer.is_stop_word(term.text)]
        for term in terms:
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
