"""Errors of the JSON API as RFC 9457 problem details, and a text page for each problem `type`."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec
from flask import Blueprint, Response, abort
from werkzeug.exceptions import HTTPException

from indexer.errors import KhabaryabError, UsageError
from search_web.contract.answers import COMPLETIONS_LIMIT, DEPTH_LIMIT
from search_web.contract.parameters import CLAUSES_LIMIT, SIZE_LIMIT, TEXT_LIMIT, ParameterError
from search_web.web.caching import unstored

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "10"  # seconds; by then an index is usually published again, or its writer has finished


@dataclass(frozen=True)
class ProblemType:
    """One kind of problem: its name in the URI, its HTTP status, its title, and the text of its page."""

    name: str
    status: int
    title: str
    about: str

    @property
    def uri(self) -> str:
        """The `type` of the problem: a stable URI, relative to the server."""
        return f"/problems/{self.name}"


_ALL = (
    ProblemType("bad-request", 400, "Bad request", "The request cannot be understood; `detail` says why."),
    ProblemType(
        "missing-parameter",
        400,
        "Missing parameter",
        "`parameter` names a query parameter that must be given.",
    ),
    ProblemType(
        "unknown-parameter",
        400,
        "Unknown parameter",
        "`parameter` names a query parameter that this endpoint does not have, perhaps misspelt; `allowed` "
        "lists those that it has.",
    ),
    ProblemType(
        "invalid-parameter",
        400,
        "Invalid parameter",
        "The value of the query parameter in `parameter` is malformed. `allowed`, where given, lists the "
        "values that are accepted. Days are written as 2025-11-18 or, in the Jalali calendar, 1404-08-27.",
    ),
    ProblemType("reversed-dates", 400, "Reversed dates", "The day in `from` is later than the day in `to`."),
    ProblemType(
        "limit-exceeded",
        400,
        "Limit exceeded",
        f"The query parameter in `parameter` is beyond the limit in `limit`: {TEXT_LIMIT} characters of "
        f"text, {CLAUSES_LIMIT} phrases, title words and exclusions in a query, {SIZE_LIMIT} hits on a page, "
        f"the first {DEPTH_LIMIT} hits (`page` times `size`), {COMPLETIONS_LIMIT} completions.",
    ),
    ProblemType("not-found", 404, "Not found", "There is nothing at this address."),
    ProblemType(
        "article-not-found", 404, "Article not found", "No article in the index has the id in `article`."
    ),
    ProblemType(
        "method-not-allowed",
        405,
        "Method not allowed",
        "Everything here is read with GET or HEAD; see `Allow`.",
    ),
    ProblemType(
        "service-unavailable",
        503,
        "Service unavailable",
        "The index or the embedding model cannot be used now, or too many searches are running; `detail` "
        "says why. Try again after the seconds in `Retry-After`.",
    ),
    ProblemType(
        "internal-error",
        500,
        "Internal error",
        "Something went wrong that should not have; the server's log tells more.",
    ),
)
TYPES = {kind.name: kind for kind in _ALL}
_BY_STATUS = {
    TYPES[name].status: TYPES[name]
    for name in ("not-found", "method-not-allowed", "internal-error", "service-unavailable")
}


def problem(
    name: str, detail: str, members: Mapping[str, object] | None = None, status: int | None = None
) -> Response:
    """Return a problem response; `members` adds JSON members, `status` overrides that of the type."""
    kind = TYPES[name]
    code = status or kind.status
    body = {"type": kind.uri, "title": kind.title, "status": code, "detail": detail, **(members or {})}
    response = unstored(Response(msgspec.json.encode(body), status=code, mimetype=MEDIA_TYPE))
    if code == TYPES["service-unavailable"].status:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def problem_of(error: Exception) -> Response:
    """Return the problem response for an error; reveals no files, and no details of an unexpected error."""
    if isinstance(error, ParameterError):
        return problem(error.fault, str(error), _members(error))
    if isinstance(error, UsageError):
        return problem("bad-request", error.public)
    if isinstance(error, KhabaryabError):
        return problem("service-unavailable", error.public)
    if isinstance(error, HTTPException) and error.code != TYPES["internal-error"].status:
        return _of_http(error)
    return problem("internal-error", "the server failed to answer; the failure has been logged")


def create_problem_pages() -> Blueprint:
    """Return the blueprint with one short text page for each problem type."""
    pages = Blueprint("problems", __name__, url_prefix="/problems")

    @pages.get("/<name>")
    def describe(name: str) -> Response:
        if name not in TYPES:
            abort(404)
        kind = TYPES[name]
        text = f"{kind.title} (HTTP {kind.status})\n\n{kind.about}\n"
        return Response(text, mimetype="text/plain")

    return pages


def _members(error: ParameterError) -> dict[str, object]:
    members: dict[str, object] = {"parameter": error.parameter}
    if error.limit is not None:
        members["limit"] = error.limit
    if error.allowed:
        members["allowed"] = error.allowed
    return members


def _of_http(error: HTTPException) -> Response:
    code = error.code or 500
    kind = _BY_STATUS.get(code, TYPES["bad-request"])
    response = problem(kind.name, error.description or kind.about, status=code)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response
