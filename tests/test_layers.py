"""Import layers: `search_web` packages are ordered along the path of a query and import only backwards."""

import ast
from collections.abc import Iterator
from pathlib import Path

import indexer
import search_web

# A module may import from its own layer and from those before it.
LAYERS = (
    "text",
    "contract",
    "understanding",
    "ranking",
    "retrieval",
    "presentation",
    "search",
    "evaluation",
    "web",
    "cli",
    "__main__",
)
INDEXER, SEARCH_WEB = (Path(package.__path__[0]) for package in (indexer, search_web))


def modules(folder: Path) -> Iterator[tuple[Path, set[str]]]:
    """Yield each module below a folder with the full names of its imports, those inside functions too."""
    for path in sorted(folder.rglob("*.py")):
        yield path, set(imported(ast.parse(path.read_text("utf-8"))))


def imported(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the whole module"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer(module: str) -> int:
    """Return the index in `LAYERS` of a dotted name such as search_web.ranking.gate."""
    return LAYERS.index(module.split(".")[1])


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(SEARCH_WEB.parent).with_suffix("").parts)


def test_every_search_web_package_has_a_place_in_the_layer_order() -> None:
    found = {path.stem for path in SEARCH_WEB.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert found - {"__init__", "__pycache__"} == set(LAYERS)


def test_search_web_packages_import_only_from_their_own_and_earlier_layers() -> None:
    wrong = [
        f"{dotted(path)} imports {name}"
        for path, names in modules(SEARCH_WEB)
        if path.parent != SEARCH_WEB or path.stem != "__init__"
        for name in names
        if name.startswith("search_web.") and layer(name) > layer(dotted(path))
    ]
    assert wrong == []


def test_the_indexer_never_imports_search_web() -> None:
    names = {name for _, imports in modules(INDEXER) for name in imports}
    assert [name for name in names if name.split(".")[0] == "search_web"] == []


def test_the_persian_analysis_imports_no_other_package_of_the_project() -> None:
    names = {name for _, imports in modules(INDEXER / "persian") for name in imports}
    ours = {name for name in names if name.split(".")[0] in {"indexer", "search_web"}}
    assert [name for name in ours if not name.startswith("indexer.persian.")] == []
