"""Builds the search index: reads article files, analyses their Persian text and publishes the result.

Subpackages:

- `readers`: turn text, JSON, CSV and HTML files into articles;
- `dates`: parse dates as Persian news writes them;
- `persian`: normalises, tokenizes and stems Persian text, and repairs its half-spaces;
- `keyword`: the keyword index (BM25), behind a protocol that any engine can implement;
- `semantic`: the encoder that turns text into vectors, and the index of those vectors.

Modules: `build` runs all stages; `archive` stores the articles; `generations` publishes an index atomically;
`snapshot` opens the published index; `columns`, `near_duplicates` and `vocabulary` hold what ranking,
result clusters and suggestions read.

A Python program needs only what this module exports; importing it loads nothing else until a name is used:

    from indexer import BuildOptions, build_index
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from indexer.articles import Article, Note, Rejection
    from indexer.build import BuildOptions, Report, Summary, build_index
    from indexer.errors import KhabaryabError
    from indexer.readers import read_articles

__all__ = [
    "Article",
    "BuildOptions",
    "KhabaryabError",
    "Note",
    "Rejection",
    "Report",
    "Summary",
    "build_index",
    "read_articles",
]

_HOMES = {
    "Article": "indexer.articles",
    "KhabaryabError": "indexer.errors",
    "Note": "indexer.articles",
    "Rejection": "indexer.articles",
    "read_articles": "indexer.readers",
}


def __getattr__(name: str) -> Any:
    """Import an exported name when it is first used."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, "indexer.build")), name)
