"""HTTP caching: clients revalidate answers by the version of the index, and keep static files for a year."""

import functools
import hashlib
import secrets
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response, request, send_from_directory, url_for

from search_web.contract.searcher import Searcher
from search_web.text.jalali import tehran_day

STATIC = Path(__file__).parent / "static"
_YEAR = 365 * 24 * 3600  # seconds
# The platform's table may lack this type, and with `nosniff` browsers must not guess it.
_MEDIA_TYPES = {".woff2": "font/woff2"}
# Names this start of the server. Made when the module is imported: the workers of a server share it.
_START = secrets.token_hex(8)

View = Callable[..., Response]


class Revalidation:
    """A decorator for views whose answer depends only on the address, the version of the index and the day.

    It gives each answer an `ETag` made of these, of whether the encoder is missing, and of the start of the
    server: after a restart the code may be different. A client that has the current answer gets 304 without a
    search. The tag is weak, because `took_ms` differs each time.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def __call__(self, view: View) -> View:
        """Wrap a view; a response that the view marks `no-store` is returned unchanged."""

        @functools.wraps(view)
        def revalidated(*args: str, **kwargs: str) -> Response:
            tag, known = self._tag(), request.if_none_match
            # `*` matches whatever exists, which only the view can tell.
            if tag and not known.star_tag and known.contains_weak(tag):
                return self._marked(Response(status=304), tag)
            response = view(*args, **kwargs)
            if response.cache_control.no_store:
                return response
            return self._marked(Response(status=304) if tag and known.star_tag else response, tag)

        return revalidated

    def _tag(self) -> str | None:
        readiness = self._searcher.readiness()
        if readiness.version is None:
            return None
        day = tehran_day().isoformat()
        parts = (_START, readiness.version, day, str(readiness.degraded), request.full_path)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:20]

    @staticmethod
    def _marked(response: Response, tag: str | None) -> Response:
        response.cache_control.no_cache = True
        if tag:
            response.set_etag(tag, weak=True)
        return response


def unstored(response: Response) -> Response:
    """Mark a response `no-store`, because the answer to the next request may differ."""
    response.cache_control.no_store = True
    return response


def create_assets() -> Blueprint:
    """Return the blueprint of the static files. Their addresses contain one hash of all the files.

    Templates name a file with `asset('site.css')`. Relative addresses in the style sheet keep the hash.
    """
    assets = Blueprint("assets", __name__)
    current = _digest(STATIC)

    @assets.get("/static/<digest>/<path:name>")
    def file(digest: str, name: str) -> Response:
        response = send_from_directory(STATIC, name, mimetype=_MEDIA_TYPES.get(Path(name).suffix))
        if digest != current:
            return response
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = _YEAR
        response.cache_control.immutable = True
        return response

    @assets.app_template_global()
    def asset(name: str) -> str:
        return url_for("assets.file", digest=current, name=name)

    return assets


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(folder)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]
