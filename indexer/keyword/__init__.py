"""Keyword engines behind one protocol (see `engine`), and the table of available engines.

An engine receives token streams and returns candidates with scores. To add an engine, write a module with a
`KeywordEngine`, and add a line to `ENGINES` and one to the table of tests/keyword_engines.py, whose engines
all take the same tests.
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
# Chooses the engine by the number of articles.
AUTO = "auto"
# From this many articles on the native engine is chosen. Below, the pure Python one is as good, and runs
# wherever Python does.
_LARGE = 2000


def chosen_engine(name: str, articles: int) -> str:
    """Return the name of the engine for an index of this many articles: `name` unless that is `AUTO`."""
    if name != AUTO:
        return name
    return "tantivy" if articles >= _LARGE else "whoosh"


def load_engine(name: str) -> KeywordEngine:
    """Return the engine with this name.

    Raises:
        UsageError: no engine has this name.

    """
    if name not in ENGINES:
        raise UsageError(f"unknown keyword engine {name!r}; there are: {', '.join(ENGINES)}")
    module, _, factory = ENGINES[name].partition(":")
    return cast(KeywordEngine, getattr(importlib.import_module(module), factory)())
