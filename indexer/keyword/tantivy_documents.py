"""How articles are stored in a tantivy index: its fields, and the tantivy document of an article.

The words of a field with positions come to tantivy as tokens with our positions. The terms of all other
fields are joined, and tantivy splits them again, which costs a quarter of the time of making tokens.
"""

from collections.abc import Iterable, Sequence
from itertools import repeat

import tantivy

from indexer.commit import Commit
from indexer.keyword.engine import Document, Stream
from indexer.keyword.fields import BIGRAMS, FIELDS, POSITIONED, PREFIX_FAMILIES, SURFACE_FORMS

NUMBER, DAY, SOURCE, CATEGORY = "number", "day", "source", "category"
# One more document, which no query matches, holds the commit. Each commit replaces it.
KIND, COMMIT = "kind", "commit"
COMMIT_FIELDS = tuple(f"commit_{name}" for name in Commit._fields)

_TERMS = "terms"
_RAW = "raw"
_DOCUMENTS_ONLY = (SURFACE_FORMS, PREFIX_FAMILIES)
_BETWEEN = "\n"
# tantivy splits joined terms at ASCII spaces, so the space inside a bigram is stored as another character.
_INNER_SPACE = "\u00a0"


def schema() -> tantivy.Schema:
    """Return the fields of an index."""
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, tokenizer_name=_TERMS, index_option=_stored(name))
    for name in (SOURCE, CATEGORY):
        builder.add_text_field(name, tokenizer_name=_RAW, index_option="basic", fast=True)
    builder.add_text_field(KIND, tokenizer_name=_RAW, index_option="basic")
    # Not unsigned: tantivy 0.27 then finds no article to delete by its number.
    for name in (NUMBER, DAY):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in COMMIT_FIELDS:
        builder.add_integer_field(name, fast=True)
    return builder.build()


def _stored(name: str) -> str:
    if name in POSITIONED:
        return "position"
    return "basic" if name in _DOCUMENTS_ONLY else "freq"


def register_tokenizers(index: tantivy.Index) -> None:
    """Tell tantivy how to split joined terms. A writer needs this, because no index stores it."""
    index.register_tokenizer(_TERMS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def stored_term(field: str, text: str) -> str:
    """Return a term as the index spells it."""
    return text.replace(" ", _INNER_SPACE) if field == BIGRAMS else text


def stored_article(document: Document) -> tantivy.Document:
    """Return the tantivy document of an article."""
    stored = tantivy.Document()
    for name in FIELDS:
        stream = document.stream(name)
        if name in POSITIONED:
            stored.add_pre_tokenized_text(name, _tokens(stream))
        else:
            stored.add_text(name, stored_term(name, _BETWEEN.join(_weighted(stream))))
    values = document.facet_values
    stored.add_integer(NUMBER, document.number)
    stored.add_integer(DAY, values.day)
    for name, key in ((SOURCE, values.source), (CATEGORY, values.category)):
        if key:
            stored.add_text(name, key)
    return stored


def stored_commit(commit: Commit) -> tantivy.Document:
    """Return the tantivy document that holds a commit."""
    stored = tantivy.Document()
    stored.add_text(KIND, COMMIT)
    for name, value in zip(COMMIT_FIELDS, commit, strict=True):
        stored.add_integer(name, value)
    return stored


def _tokens(stream: Stream) -> tantivy.PreTokenizedString:
    tokens = map(tantivy.Token, stream.texts, stream.positions, repeat(0), repeat(0))
    return tantivy.PreTokenizedString("", list(tokens))


def _weighted(stream: Stream) -> Iterable[str]:
    """Return the terms, those of the title twice: tantivy knows no weights, so frequency stands for them."""
    texts: Sequence[str] = stream.texts
    return [*texts, *texts[: stream.titled]]
