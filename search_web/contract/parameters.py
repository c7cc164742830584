"""Parses a URL query string into a `SearchRequest`, and writes one back. Checks names, values and limits.

The API and the page have the same parameters. Only the API rejects unknown ones: links to the page may carry
parameters that other sites add.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Literal, get_args

import msgspec

from indexer.errors import UsageError
from search_web.contract.answers import (
    COMPLETIONS,
    COMPLETIONS_LIMIT,
    DEPTH_LIMIT,
    Fusion,
    Mode,
    SearchRequest,
    Sort,
)
from search_web.text.jalali import parse_day

TEXT_LIMIT = 512  # maximum characters of the query, a source or a category
CLAUSES_LIMIT = 20  # maximum phrases, title words and exclusions of a query, without repetitions
SIZE_LIMIT = 100  # maximum hits on a page

ParameterFault = Literal[
    "missing-parameter", "unknown-parameter", "invalid-parameter", "reversed-dates", "limit-exceeded"
]
_SHORTEST_HALF_LIFE, _LONGEST_HALF_LIFE = 1 / 24, 36_500  # days
_SWITCH = {"1": True, "true": True, "0": False, "false": False}


class ParameterError(UsageError):
    """A parameter was rejected.

    `fault` is the kind of error, `parameter` the name and `value` the text that was given. `limit` is the
    maximum that was exceeded, `allowed` the values (for an unknown parameter: the names) that are accepted.
    """

    def __init__(
        self,
        fault: ParameterFault,
        parameter: str,
        message: str,
        *,
        value: str = "",
        limit: int | None = None,
        allowed: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.fault: ParameterFault = fault
        self.parameter = parameter
        self.value = value
        self.limit = limit
        self.allowed = allowed


def read_request(args: Mapping[str, str]) -> SearchRequest:
    """Parse query parameters into a search; ignores empty and unknown parameters.

    Raises `ParameterError` for the first value that is malformed or exceeds a limit.
    """
    values = {field: read(name, args[name]) for name, (field, read) in _FIELDS.items() if args.get(name)}
    # A weight only makes sense with a fixed fusion, so a weight without `fusion` selects zscore.
    values = {"fusion": "zscore", **values} if "semantic_weight" in values else values
    request = msgspec.convert({"query": "", **values}, SearchRequest)
    _check_mixture(request, args.get("semantic_weight", ""))
    _check_dates(request, args.get("from", ""))
    _check_depth(request)
    return request


def read_size(args: Mapping[str, str], default: int) -> int:
    """Return `size`, the only parameter of its endpoint, or `default` if absent; raises `ParameterError`."""
    _check_names(args, ("size",))
    return _size("size", args["size"]) if args.get("size") else default


def read_completion(args: Mapping[str, str]) -> tuple[str, int]:
    """Return the text typed so far, and the number of completions to return.

    Raises `ParameterError` for a parameter that is unknown, missing, malformed or exceeds a limit.
    """
    _check_names(args, ("q", "size"))
    _check_query(args)
    size = args.get("size") or str(COMPLETIONS)
    return _text("q", args["q"]), _size("size", size, COMPLETIONS_LIMIT, "completions")


def check_names(args: Mapping[str, str]) -> None:
    """Raise `ParameterError` for an unknown parameter, or if `q` is missing."""
    _check_names(args, tuple(_FIELDS))
    _check_query(args)


def _check_query(args: Mapping[str, str]) -> None:
    if "q" not in args:
        raise ParameterError("missing-parameter", "q", "the query parameter q is missing")


def _check_names(args: Mapping[str, str], allowed: tuple[str, ...]) -> None:
    for name in args:
        if name not in allowed:
            raise ParameterError(
                "unknown-parameter",
                name,
                f"unknown parameter {name!r}; known are {', '.join(allowed)}",
                allowed=allowed,
            )


def write_parameters(request: SearchRequest) -> dict[str, str]:
    """Return the parameters that `read_request` parses back into `request`; omits defaults."""
    changed = {
        name: getattr(request, field)
        for name, (field, _) in _FIELDS.items()
        if getattr(request, field) != _DEFAULTS.get(field, "")
    }
    return {name: _written(value) for name, value in changed.items()}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _check_mixture(request: SearchRequest, weight: str) -> None:
    if weight and request.fusion == "learned":
        raise ParameterError(
            "invalid-parameter",
            "semantic_weight",
            "semantic_weight is for a fixed mixture, which fusion=learned is not: use fusion=zscore or rrf",
            value=weight,
        )


def _check_dates(request: SearchRequest, given: str) -> None:
    if request.date_from and request.date_to and request.date_from > request.date_to:
        raise ParameterError(
            "reversed-dates",
            "from",
            f"from ({request.date_from}) is later than to ({request.date_to})",
            value=given,
        )


def _check_depth(request: SearchRequest) -> None:
    if request.page * request.size > DEPTH_LIMIT:
        raise ParameterError(
            "limit-exceeded",
            "page",
            f"page {request.page} of {request.size} hits is beyond hit {DEPTH_LIMIT}, the last available",
            value=str(request.page),
            limit=DEPTH_LIMIT,
        )


def _text(name: str, text: str) -> str:
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ParameterError("invalid-parameter", name, f"{name} is not valid UTF-8")
    if len(text) > TEXT_LIMIT:
        raise ParameterError(
            "limit-exceeded",
            name,
            f"{name} has {len(text)} characters; at most {TEXT_LIMIT} are allowed",
            value=text[:TEXT_LIMIT],
            limit=TEXT_LIMIT,
        )
    return text


def _choice(*allowed: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        if text not in allowed:
            raise _invalid(name, text, f"one of {', '.join(allowed)}", allowed)
        return text

    return read


def _switch(name: str, text: str) -> bool:
    if text not in _SWITCH:
        raise _invalid(name, text, f"one of {', '.join(_SWITCH)}", tuple(_SWITCH))
    return _SWITCH[text]


def _day(name: str, text: str) -> dt.date:
    try:
        return parse_day(text)
    except UsageError as error:
        raise ParameterError("invalid-parameter", name, f"{name}: {error}", value=text) from None


def _whole(name: str, text: str) -> int:
    # Nine digits exceed every limit. int() is slow or raises an error on thousands of digits.
    if not (text.isdecimal() and len(text) <= 9 and int(text) >= 1):
        raise _invalid(name, text, "a whole number from 1")
    return int(text)


def _size(name: str, text: str, limit: int = SIZE_LIMIT, what: str = "hits") -> int:
    size = _whole(name, text)
    if size > limit:
        message = f"size is {size}; at most {limit} {what} are given at once"
        raise ParameterError("limit-exceeded", name, message, value=text, limit=limit)
    return size


def _share(name: str, text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise _invalid(name, text, "a number from 0 to 1")
    return share


_HALF_LIFE = re.compile(r"(\d{1,9}(?:\.\d{1,20})?)([hdw]?)")
_DAYS = {"h": 1 / 24, "d": 1.0, "": 1.0, "w": 7.0}


def _half_life(name: str, text: str) -> float:
    """Parse a duration (30, 30d, 12h or 4w) and return it in days."""
    match = _HALF_LIFE.fullmatch(text.strip().lower())
    days = float(match[1]) * _DAYS[match[2]] if match else 0.0
    if not _SHORTEST_HALF_LIFE <= days <= _LONGEST_HALF_LIFE:
        raise _invalid(name, text, "a time from 1h to 36500d, such as 30d, 4w or 12h")
    return days


def _invalid(name: str, text: str, wanted: str, allowed: tuple[str, ...] = ()) -> ParameterError:
    message = f"{name} is {text[:80]!r}; it must be {wanted}"
    return ParameterError("invalid-parameter", name, message, value=text, allowed=allowed)


_FIELDS: dict[str, tuple[str, Callable[[str, str], object]]] = {
    "q": ("query", _text),
    "mode": ("mode", _choice(*get_args(Mode))),
    "from": ("date_from", _day),
    "to": ("date_to", _day),
    "source": ("source", _text),
    "category": ("category", _text),
    "sort": ("sort", _choice(*get_args(Sort))),
    "page": ("page", _whole),
    "size": ("size", _size),
    "fusion": ("fusion", _choice(*get_args(Fusion))),
    "semantic_weight": ("semantic_weight", _share),
    "explain": ("explain", _switch),
    "collapse": ("collapse", _switch),
    "recency_half_life": ("recency_half_life", _half_life),
}
_DEFAULTS = msgspec.structs.asdict(SearchRequest(query=""))
