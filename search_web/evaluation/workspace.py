"""Builds the indexes to measure on in a work folder, and reuses them until something they depend on changes.

    WORK/
      lock                          held by the one evaluation that uses the folder
      NAME-SPELLING[-keyword]/      a collection in one spelling, with vectors or (`-keyword`) without
        articles.jsonl              its rewritten articles, unless the spelling is `asis`
        index/                      the index
        built.json                  the hashes of the article files and of the program that built the index

A build copies known vectors from every other index in the folder: collections share articles, and spellings
share passages.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

import msgspec
from filelock import FileLock, Timeout

from indexer import generations
from indexer.articles import Article, Note
from indexer.build import BuildOptions, Report, build_index
from indexer.errors import IndexBusy, IndexInaccessible, IndexUnusable, UsageError
from indexer.readers import READERS, read_articles
from indexer.readers.paths import require_existing, walk
from indexer.semantic.checkpoint import Checkpoint
from indexer.semantic.e5_cache import cache_folder
from indexer.semantic.embedding import checkpoint_path
from indexer.semantic.vectors import VectorIndex
from search_web.evaluation import spelling as spellings
from search_web.evaluation.collection import Collection
from search_web.evaluation.spelling import Spelling, rewrite

_REWRITTEN = "articles.jsonl"
# The libraries that, besides our own sources, decide which terms an index holds and in which order.
_PACKAGES = ("hazm", "whoosh3")


class _Built(msgspec.Struct, frozen=True):
    program: str
    sources: dict[str, str]


class Workspace:
    """Returns the index of a collection in a spelling, and builds it if there is no up-to-date one.

    The workspace locks its folder from the first index until it is closed. Otherwise another evaluation could
    rebuild an index that this one is reading.
    """

    def __init__(self, folder: Path, report: Report) -> None:
        self._folder = folder
        self._report = report
        self._lock = FileLock(folder / "lock", timeout=0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release(force=True)

    def _hold(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire()
        except Timeout as error:
            raise IndexBusy(
                f"{self._folder}: another evaluation uses it; name another folder with --work"
            ) from error
        except OSError as error:
            raise IndexInaccessible(f"{self._folder}: {error.strerror}") from error

    def index(self, collection: Collection, spelling: Spelling, *, semantic: bool) -> Path:
        """Return the folder of an index over the collection's articles, rewritten in `spelling`.

        Raises:
            UsageError: the collection names a finished index, which cannot be rewritten in another spelling.
            ReadError: an article file does not exist, or there is no article.
            EncoderError: the encoder cannot be loaded.
            IndexBusy: another evaluation uses the folder.
            IndexInaccessible: the folder cannot be written.

        """
        if collection.index:
            if spelling != "asis":
                raise UsageError(
                    f"{collection.name}: its index is already built; give its articles to rewrite them"
                )
            return collection.index
        self._hold()
        home = self._folder / f"{quote(collection.name, safe='')}-{spelling}"
        wanted = _Built(_program(), _sources(collection.articles))
        if not semantic and not _is_built(home, wanted):
            home = home.with_name(f"{home.name}-keyword")  # does not overwrite an index with vectors
        if not _is_built(home, wanted):
            self._build(home, collection, spelling, semantic=semantic)
            (home / "built.json").write_bytes(msgspec.json.encode(wanted))
        return home / "index"

    def _build(self, home: Path, collection: Collection, spelling: Spelling, *, semantic: bool) -> None:
        (home / "index").mkdir(parents=True, exist_ok=True)
        (home / "built.json").unlink(missing_ok=True)
        paths = collection.articles
        if spelling != "asis":
            paths = (home / _REWRITTEN,)
            with paths[0].open("wb") as file:
                file.writelines(self._rewritten(collection, spelling))
        if semantic:
            self._take_over_vectors(home / "index")
        options = BuildOptions(semantic=semantic, allow_shrink=True)
        build_index(paths, home / "index", options, self._report)

    def _rewritten(self, collection: Collection, spelling: Spelling) -> Iterator[bytes]:
        for item in read_articles(collection.articles):
            if isinstance(item, Article):
                yield msgspec.json.encode(_rewritten(item, spelling)) + b"\n"
            elif isinstance(item, Note):
                self._report.noted(item)
            else:
                self._report.rejected(item)

    def _take_over_vectors(self, index: Path) -> None:
        for other in sorted(self._folder.glob("*/index")):
            try:
                published = generations.open_current(other)
                encoder = published.manifest.encoder
                if other == index or encoder is None:
                    continue
                vectors = VectorIndex(published.directory / generations.VECTORS, published.manifest.articles)
            except IndexUnusable:
                continue  # an unusable index has no vectors to copy; it is rebuilt when needed
            with Checkpoint(checkpoint_path(index, encoder.fingerprint), encoder.dimension) as known:
                digests = [digest.tobytes() for digest in vectors.digests]
                new = list(
                    {digest: row for row, digest in enumerate(digests) if digest not in known}.values()
                )
                known.store([digests[row] for row in new], vectors.codes[new], vectors.scales[new])


def default_folder() -> Path:
    """Return the default work folder, in the cache of the program."""
    return cache_folder() / "evaluation"


def _rewritten(article: Article, spelling: Spelling) -> Article:
    return msgspec.structs.replace(
        article,
        title=rewrite(article.title, spelling),
        lead=rewrite(article.lead, spelling),
        body=rewrite(article.body, spelling),
        kicker=rewrite(article.kicker, spelling),
        tags=tuple(rewrite(tag, spelling) for tag in article.tags),
        extra={},
    )


def _is_built(home: Path, wanted: _Built) -> bool:
    try:
        built = msgspec.json.decode((home / "built.json").read_bytes(), type=_Built)
        return built == wanted and bool(generations.open_current(home / "index"))
    except (OSError, msgspec.MsgspecError, IndexUnusable):
        return False


def _sources(paths: tuple[Path, ...]) -> dict[str, str]:
    """Return the hash of each article file, by its absolute path."""
    require_existing(paths)
    found = [path for path in walk(paths, READERS) if isinstance(path, Path)]
    return {str(path.resolve()): _digest(path.read_bytes()) for path in found}


@cache
def _program() -> str:
    """Return a hash of everything that decides what an index holds.

    It covers the files of the indexer, the module `spelling`, and the versions of `_PACKAGES`.
    """
    sources = sorted(
        path for path in Path(str(files("indexer"))).rglob("*") if path.suffix in {".py", ".tsv", ".txt"}
    )
    hashed = [_digest(path.read_bytes()) for path in (*sources, Path(spellings.__file__))]
    return _digest("\n".join((*hashed, *map(version, _PACKAGES))).encode())


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()
