"""From a query to an answer: the search engine over an index, its web page, JSON API and command line.

The subpackages follow the way of a query (ARCHITECTURE.md). A Python program needs only what this module
exports; importing it loads nothing else until a name is used:

    from search_web import HybridSearcher, SearchRequest

    with HybridSearcher(Path("index")) as searcher:
        answer = searcher.search(SearchRequest(query="رئیس جمهور"))
"""

# Nothing is imported before `search_web.__main__` has arranged what Ctrl-C does, not even `typing`.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from search_web.contract.answers import Hit, SearchAnswer, SearchRequest, SimilarAnswer
    from search_web.search import HybridSearcher
    from search_web.web.app import create_app

__all__ = ["Hit", "HybridSearcher", "SearchAnswer", "SearchRequest", "SimilarAnswer", "create_app"]

_HOMES = {"HybridSearcher": "search_web.search", "create_app": "search_web.web.app"}


def __getattr__(name: str) -> object:
    """Import an exported name when it is first used."""
    import importlib

    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES.get(name, "search_web.contract.answers")), name)
