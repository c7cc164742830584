"""Keyword engines behind one protocol (`engine`), and the table of those there are.

An engine gets token streams and answers candidates with scores. To add one: a module with a `KeywordEngine`,
a line in `ENGINES`, and tests/test_keyword_conformance.py tells when it is right.
"""

import importlib
from typing import cast

from indexer.errors import UsageError
from indexer.keyword.engine import KeywordEngine

# Imported only when chosen: an engine's library is loaded on no path that does not need it.
ENGINES: dict[str, str] = {
    "whoosh": "indexer.keyword.whoosh_engine:WhooshEngine",
}
# What `--engine auto` means.
DEFAULT_ENGINE = "whoosh"


def load_engine(name: str) -> KeywordEngine:
    """Return the engine of that name.

    Raises:
        UsageError: there is none.

    """
    if name not in ENGINES:
        raise UsageError(f"unknown keyword engine {name!r}; there is: {', '.join(ENGINES)}")
    module, _, factory = ENGINES[name].partition(":")
    return cast(KeywordEngine, getattr(importlib.import_module(module), factory)())
