"""The files of a whoosh index: its fields, its table of contents, and opening and closing them.

whoosh writes a new table of contents with every commit and puts it in place by one rename. The table holds
the pickled schema, so that our `Commit`, which is part of the schema, becomes visible with it.
"""

from collections.abc import Generator
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.system import pack_uint

from indexer.commit import Commit
from indexer.keyword.engine import Document, Stream
from indexer.keyword.fields import FIELDS, POSITIONED

NUMBER, DAY, SOURCE, CATEGORY = "number", "day", "source", "category"

_NAME = "MAIN"


class TermStream(fields.FieldType):
    """A whoosh field that takes postings instead of text, because the text is already analysed."""

    indexed = True
    scorable = True

    def __init__(self, with_positions: bool) -> None:
        self._with_positions = with_positions
        self.format: Any = formats.Positions() if with_positions else formats.Frequency()
        self.stored = False
        self.unique = False
        self.vector = None
        self.analyzer = None
        self.spelling = False
        self.column_type = None

    def index(self, value: Stream, **_: Any) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Yield (term, frequency, weight, encoded postings) of each distinct term, for whoosh's writer."""
        positions: dict[str, list[int]] = {}
        weights: dict[str, float] = {}
        for (text, weight), position in zip(value.weights, value.positions or repeat(0), strict=False):
            positions.setdefault(text, []).append(position)
            weights[text] = weights.get(text, 0.0) + weight
        for text, places in positions.items():
            yield text.encode(), len(places), weights[text], self._encode(places)

    def _encode(self, places: list[int]) -> bytes:
        encoded: bytes = self.format.encode(places) if self._with_positions else pack_uint(len(places))
        return encoded


class CommittedSchema(fields.Schema):
    """The fields of an index, and its last commit."""

    commit = Commit(0)


def create(storage: "Storage") -> FileIndex:
    """Write an index without articles."""
    TOC.create(storage, _schema(), _NAME)
    return FileIndex(storage, indexname=_NAME)


def _schema() -> CommittedSchema:
    streams = {name: TermStream(with_positions=name in POSITIONED) for name in FIELDS}
    return CommittedSchema(
        **streams,
        number=fields.COLUMN(columns.NumericColumn("q")),
        day=fields.COLUMN(columns.NumericColumn("q")),
        source=fields.COLUMN(columns.RefBytesColumn()),
        category=fields.COLUMN(columns.RefBytesColumn()),
    )


def stored_article(document: Document) -> dict[str, Any]:
    """Return the values of all fields of an article."""
    values = document.facet_values
    streams = {name: document.stream(name) for name in FIELDS}
    return streams | {
        NUMBER: document.number,
        DAY: values.day,
        SOURCE: values.source.encode(),
        CATEGORY: values.category.encode(),
    }


def opened(storage: "Storage") -> tuple[Any, Commit]:
    """Return a whoosh reader of the last commit, and that commit."""
    while True:
        generation = generation_in(storage)
        try:
            contents = TOC.read(storage, _NAME, generation)
            reader = FileIndex._reader(storage, contents.schema, contents.segments, contents.generation)
        except FileNotFoundError:
            if generation_in(storage) == generation:
                raise
            # Meanwhile a writer committed and removed files of the commit before.
            storage.close_files()
            continue
        return reader, contents.schema.commit


def generation_in(storage: "Storage") -> int:
    """Return whoosh's number of the last commit."""
    return int(TOC._latest_generation(storage, _NAME))


def existing(storage: "Storage") -> FileIndex:
    """Return the index, for writing."""
    return FileIndex(storage, indexname=_NAME)


class Storage(FileStorage):
    """Remembers its files, because a writer or a reader that fails leaves some of them open.

    Python would try to write the buffers of a writer when it ends, and print that the disk is still full.
    """

    def __init__(self, directory: Path, *, readonly: bool = False) -> None:
        super().__init__(str(directory), readonly=readonly)
        self._files: list[Any] = []

    def create_file(self, *arguments: Any, **named: Any) -> Any:
        """Create a file as whoosh asks for it."""
        return self._remembered(super().create_file(*arguments, **named))

    def open_file(self, *arguments: Any, **named: Any) -> Any:
        """Open a file as whoosh asks for it."""
        return self._remembered(super().open_file(*arguments, **named))

    def list(self) -> list[str]:
        """Return the names of the files. whoosh's own method says that a folder it cannot read is empty."""
        return [path.name for path in Path(self.folder).iterdir()]

    def _remembered(self, opened: Any) -> Any:
        self._files.append(opened.file)
        return opened

    def close_files(self) -> None:
        """Close every file, whether its last bytes can be written or not."""
        for file in self._files:
            with suppress(OSError):
                file.close()
        self._files.clear()
