"""Vectors that are made after an index was published: newest first, resumable, as in a full build."""

import datetime as dt
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from commands import HANGS, environment, khabaryab
from conftest import SEEDS, QuietReport, build, jsonl

from indexer.articles import Article
from indexer.build import BuildOptions
from indexer.errors import IndexBusy, IndexMismatch, IndexMissing, UsageError
from indexer.progress import Advance
from indexer.readers import read_articles
from indexer.semantic.embedding import embed
from indexer.semantic.encoder import Encoder
from indexer.semantic.loading import load_query_encoder
from indexer.semantic.passages import passages, running_text
from indexer.snapshot import Snapshot
from indexer.write_lock import writing
from search_web.contract.answers import SearchRequest
from search_web.search import HybridSearcher

pytestmark = [pytest.mark.encoder, pytest.mark.slow]

LATER = BuildOptions(semantic_later=True, allow_shrink=True)
FIRST_DAY = dt.date(2024, 3, 20)
MANY = 100
# The embedded encoder loads faster than the one that the command prefers where it is installed.
EMBED = """
import sys
from pathlib import Path
from indexer.semantic.embedding import embed
from indexer.semantic.loading import load_query_encoder
from search_web.cli.progress import TerminalReport
embed(Path(sys.argv[1]), TerminalReport(), load_query_encoder)
"""


@cache
def embedded_encoder(name: str | None) -> Encoder:
    return load_query_encoder(name)


def short_articles() -> list[dict[str, str]]:
    """Sentences of the seeds as dated articles; the order of the days is not that of the numbers."""
    seeds = [item for item in read_articles([SEEDS]) if isinstance(item, Article)]
    texts = [sentence for seed in seeds for sentence in running_text(seed).split(". ") if len(sentence) > 40]
    assert len(texts) >= MANY
    return [
        {
            "id": str(n),
            "title": text[:40],
            "body": text,
            "published": str(FIRST_DAY + dt.timedelta(n * 7 % MANY)),
        }
        for n, text in enumerate(texts[:MANY])
    ]


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return jsonl(tmp_path_factory.mktemp("source") / "articles.jsonl", short_articles())


@contextmanager
def opened(index: Path) -> Iterator[Snapshot]:
    with closing(Snapshot.open(index)) as snapshot:
        snapshot.verify()
        yield snapshot


def embedded_numbers(index: Path) -> list[int]:
    with opened(index) as snapshot:
        assert snapshot.vectors is not None
        numbers = np.arange(snapshot.manifest.articles)
        return numbers[snapshot.vectors.holds(numbers)].tolist()


def require_right_vectors(index: Path, every: int) -> None:
    """Require that articles have the vectors of their own passages; look at one of `every` articles."""
    with opened(index) as snapshot:
        assert snapshot.vectors is not None
        assert snapshot.vectors.articles == snapshot.manifest.articles
        for number in range(0, snapshot.manifest.articles, every):
            made = snapshot.vectors.passage_vectors(number)
            texts = [passage.text for passage in passages(snapshot.archive.get(number))]
            wanted = embedded_encoder(None).encode_passages(texts)
            assert made == pytest.approx(wanted, abs=0.005)


def status(index: Path) -> dict[str, object]:
    return json.loads(khabaryab("status", "--index", index, "--json").stdout)


def test_an_index_is_searched_by_words_at_once_and_by_meaning_after_embedding(
    tmp_path: Path,
) -> None:
    index = tmp_path / "index"
    seeds = [SEEDS / f"{name}.txt" for name in ("tehran-dams", "fiber-shiraz", "metro-tehran")]
    done = khabaryab("index", *seeds, "--index", index, "--semantic-later")
    assert done.returncode == 0, done.stderr
    with opened(index) as snapshot:
        articles = snapshot.manifest.articles
        assert snapshot.manifest.encoder is not None
    assert f"{articles} articles; `khabaryab embed`" in done.stdout
    assert (status(index)["embedded"], status(index)["passages"]) == (0.0, 0)
    with HybridSearcher(index) as searcher:
        found = searcher.search(SearchRequest(query="تهران"))
        assert found.total
        assert not found.degraded
        with pytest.raises(UsageError, match="no vectors yet"):
            searcher.search(SearchRequest(query="تهران", mode="semantic"))
        version = searcher.readiness().version
        added = embed(index, QuietReport(), embedded_encoder).added
        assert (added.articles, added.reused, articles) == (3, 0, 3)
        assert searcher.search(SearchRequest(query="تهران", mode="semantic")).total
        assert searcher.readiness().version != version
    require_right_vectors(index, every=1)
    assert (status(index)["embedded"], status(index)["passages"]) == (1.0, added.passages)
    assert "of 100 % of the articles" in khabaryab("status", "--index", index).stdout
    done = khabaryab("embed", "--index", index)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{index}: complete: each of {articles} articles has its vectors\n"


def test_embedding_goes_on_after_a_kill_and_begins_with_the_newest_articles(
    source: Path, tmp_path: Path
) -> None:
    index = tmp_path / "index"
    build([source], index, LATER)
    commit = index / "generations" / "000001" / "vectors" / "commit.json"
    command = [sys.executable, "-c", EMBED, index]
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment()) as process:
        wait_for_passages(commit, process)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=HANGS)
    having = embedded_numbers(index)
    assert 0 < len(having) < MANY
    newest = sorted(range(MANY), key=lambda number: -(number * 7 % MANY))
    assert sorted(newest[: len(having)]) == having
    text = khabaryab("status", "--index", index).stdout
    assert f"of {1000 * len(having) // MANY / 10:g} % of the articles" in text
    embedded = embed(index, QuietReport(), embedded_encoder)
    assert (embedded.added.articles, embedded.passages) == (MANY - len(having), MANY)
    require_right_vectors(index, every=10)


def wait_for_passages(commit: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + HANGS
    while not json.loads(commit.read_bytes())["passages"]:
        assert process.poll() is None, "ended before it could be stopped"
        assert time.monotonic() < deadline
        time.sleep(0.001)


class Stopping(QuietReport):
    """Stops the work as Ctrl-C does, once this many articles are done."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self._left = after

    @contextmanager
    def stage(self, name: str, total: int, unit: str) -> Iterator[Advance]:
        assert unit == "articles"

        def advance(done: int) -> None:
            self._left -= done
            if self._left < 0:
                raise KeyboardInterrupt

        yield advance


def test_searches_use_the_vectors_there_are_after_ctrl_c(source: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    build([source], index, LATER)
    with pytest.raises(KeyboardInterrupt):
        embed(index, Stopping(after=70), embedded_encoder)
    having = embedded_numbers(index)
    assert len(having) == 64
    with HybridSearcher(index) as searcher:
        asked = SearchRequest(query="تهران", mode="semantic", size=100, collapse=False)
        assert {int(hit.id) for hit in searcher.search(asked).hits} == set(having)
        hybrid = searcher.search(SearchRequest(query="تهران", size=100, collapse=False)).hits
        assert {int(hit.id) for hit in hybrid} - set(having)  # words still find articles without vectors
        without = next(number for number in range(MANY) if number not in having)
        similar = searcher.similar(str(without), 5)
        assert similar is not None
        assert similar.hits
    assert embed(index, QuietReport(), embedded_encoder).added.articles == MANY - 64


def test_a_later_generation_keeps_the_vectors_of_unchanged_texts(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.build.load_passage_encoder", embedded_encoder)
    index = tmp_path / "index"
    build([source], index, LATER)
    with pytest.raises(KeyboardInterrupt):
        embed(index, Stopping(after=70), embedded_encoder)
    having = embedded_numbers(index)
    summary = build([source], index, LATER)
    assert (summary.generation, summary.lagging, summary.reused) == (2, MANY - 64, 64)
    assert embedded_numbers(index) == having
    summary = build([source], index)
    assert (summary.lagging, summary.passages, summary.reused) == (0, MANY, 64)


def test_what_cannot_be_embedded_is_said_in_one_line(source: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    with pytest.raises(IndexMissing, match="there is no index yet"):
        embed(index, QuietReport(), embedded_encoder)
    assert not index.exists()
    build([source], index, BuildOptions(semantic=False))
    done = khabaryab("embed", "--index", index)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"khabaryab: {index}: built with --no-semantic, so it has no vectors: "
        "build the index again without it\n"
    )
    build([source], index, LATER)
    with writing(index, "a test"), pytest.raises(IndexBusy):
        embed(index, QuietReport(), embedded_encoder)
    done = khabaryab("index", source, "--index", index, "--no-semantic", "--semantic-later")
    assert (done.returncode, done.stderr) == (
        2,
        "khabaryab: --no-semantic and --semantic-later exclude each other\n",
    )


def test_another_encoder_is_refused(source: Path, tmp_path: Path) -> None:
    class Changed:
        """The real encoder, which says that it is another one."""

        def __init__(self) -> None:
            self.__dict__.update(vars(embedded_encoder(None)), fingerprint="0" * 16)

    index = tmp_path / "index"
    build([source], index, LATER)
    with pytest.raises(
        IndexMismatch, match="made with another encoder than multilingual-e5-small as it is now"
    ):
        embed(index, QuietReport(), lambda _: Changed())  # type: ignore[arg-type,return-value]
    assert embedded_numbers(index) == []
