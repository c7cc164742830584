"""Refuses addresses that are not text: bytes that are not valid UTF-8, and the character NUL.

Werkzeug shows such bytes to the views as the text %ED%A0%80, which a search would then look for.
"""

from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import BadRequest

from search_web.contract.parameters import ParameterError
from search_web.web.wording import FIELDS


def refuse_malformed_text() -> None:
    """Check the path and our parameters of the current request; skip those that other sites add to links.

    Raises:
        ParameterError: a parameter is malformed.
        BadRequest: the path is malformed.

    """
    if not _is_text(_decoded(request.environ["PATH_INFO"].encode("latin-1"))):
        raise BadRequest("the path is not valid UTF-8 text")
    query = parse_qsl(_decoded(request.query_string), keep_blank_values=True, errors="surrogateescape")
    for name, value in query:
        if name in FIELDS and not _is_text(value):
            raise ParameterError("invalid-parameter", name, f"{name} is not valid UTF-8 text")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _is_text(text: str) -> bool:
    """Return whether a text that was decoded with `surrogateescape` came from valid UTF-8 without NUL."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
