"""The stored form of an article: canonical JSON, whose hash tells two versions of an article apart."""

import datetime as dt
import hashlib

import msgspec

from indexer.articles import Article


class _Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """The stored form of an article. `published` is ISO text, which distinguishes a date from a date-time."""

    id: str
    title: str = ""
    lead: str = ""
    body: str = ""
    source: str = ""
    category: str = ""
    tags: tuple[str, ...] = ()
    url: str = ""
    published: str | None = None
    kicker: str = ""
    extra: dict[str, object] = {}


_decoder = msgspec.json.Decoder(_Record)


def article_record(article: Article) -> bytes:
    """Return the article as canonical JSON."""
    fields = {name: getattr(article, name) for name in article.__struct_fields__}
    fields["published"] = article.published.isoformat() if article.published else None
    return msgspec.json.encode(_Record(**fields), order="deterministic")


def read_record(record: bytes) -> Article:
    """Return the article of a record. Raise MsgspecError or ValueError for anything else."""
    fields = msgspec.structs.asdict(_decoder.decode(record))
    fields["published"] = parse_iso(fields["published"])
    return Article(**fields)


def parse_iso(text: str | None) -> dt.date | None:
    """Parse an ISO date, or a date-time if the text is longer than a date; return None for None or ""."""
    if not text:
        return None
    return dt.date.fromisoformat(text) if len(text) == len("YYYY-MM-DD") else dt.datetime.fromisoformat(text)


def record_digest(record: bytes) -> bytes:
    """Return the 16-byte content hash of a record."""
    return hashlib.blake2b(record, digest_size=16).digest()
