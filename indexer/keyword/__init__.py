"""Keyword engines behind one protocol (see `engine`), and the table of available engines.

An engine receives token streams and returns candidates with scores. To add an engine, write a module with a
`KeywordEngine` and add a line to `ENGINES`; tests/indexer/keyword/test_keyword_conformance.py checks it.
"""

import importlib
from typing import cast

from indexer.errors import UsageError
from indexer.keyword.engine import KeywordEngine

# Each engine is imported only when chosen, so that its library is not loaded without need.
ENGINES: dict[str, str] = {
    "whoosh": "indexer.keyword.whoosh_engine:WhooshEngine",
    "tantivy": "indexer.keyword.tantivy_engine:TantivyEngine",
}
# The engine that `--engine auto` selects.
DEFAULT_ENGINE = "whoosh"


def load_engine(name: str) -> KeywordEngine:
    """Return the engine with this name.

    Raises:
        UsageError: no engine has this name.

    """
    if name not in ENGINES:
        raise UsageError(f"unknown keyword engine {name!r}; there is: {', '.join(ENGINES)}")
    module, _, factory = ENGINES[name].partition(":")
    return cast(KeywordEngine, getattr(importlib.import_module(module), factory)())
