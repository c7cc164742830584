"""The same articles give the same index and the same answers, whatever Python's hash seed is."""

import hashlib
import json
from pathlib import Path

import pytest
from commands import khabaryab
from conftest import SEEDS

pytestmark = pytest.mark.slow

# whoosh orders what it writes by itself; its answers are compared instead.
COMPARED = ("terms", "near_duplicates", "vocabulary", "analysis")
QUERIES = ("رییس جمهور منطقه ای", "صادرات زعفران", "کتاب خانه سیار عشایر", "بین المللی", "سد و سدها")


def built(folder: Path, seed: str) -> tuple[dict[str, str], list[object]]:
    """Build an index and ask it, each in a process with this hash seed; give file hashes and answers."""
    index = folder / seed
    done = khabaryab("index", SEEDS, "--index", index, "--no-semantic", PYTHONHASHSEED=seed)
    assert done.returncode == 0, done.stderr
    generation = index / "generations" / "000001"
    hashes = {
        str(path.relative_to(generation)): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in COMPARED
        for path in sorted((generation / name).rglob("*"))
    }
    assert hashes
    return hashes, [answered(index, query, seed) for query in QUERIES]


def answered(index: Path, query: str, seed: str) -> object:
    done = khabaryab("search", query, "--index", index, "--json", "--explain", PYTHONHASHSEED=seed)
    answer = json.loads(done.stdout)
    del answer["took_ms"]
    return answer


def test_two_hash_seeds_build_the_same_files_and_give_the_same_answers(tmp_path: Path) -> None:
    assert built(tmp_path, "1") == built(tmp_path, "2")
