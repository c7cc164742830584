"""Builds the Flask application: blueprints, security headers, and error responses."""

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.routing import BaseConverter

from indexer.errors import KhabaryabError, UsageError
from search_web.contract.searcher import Searcher
from search_web.web.admission import Admission
from search_web.web.api import create_api
from search_web.web.caching import Revalidation, create_assets
from search_web.web.pages import create_pages, error_page
from search_web.web.problems import create_problem_pages, problem_of
from search_web.web.well_formed import refuse_malformed_text

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_FOR_MACHINES = ("/api", "/healthz", "/readyz", "/problems")  # errors here are problem details, not pages


class AnyText(BaseConverter):
    """Matches the rest of a path, slashes included: an article's id may be a path or a URL."""

    regex = r"(?s:.+)"
    part_isolating = False


def create_app(searcher: Searcher) -> Flask:
    """Return the WSGI application that answers requests with `searcher`."""
    app = Flask(__name__, static_folder=None)
    app.url_map.converters["text"] = AnyText
    app.url_map.merge_slashes = False
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "undefined": StrictUndefined}
    revalidated, admitted = Revalidation(searcher), Admission()
    app.register_blueprint(create_assets())
    app.register_blueprint(create_api(searcher, revalidated, admitted))
    app.register_blueprint(create_pages(searcher, revalidated, admitted))
    app.register_blueprint(create_problem_pages())
    app.register_error_handler(HTTPException, _answer_error)
    app.register_error_handler(KhabaryabError, _answer_error)
    app.before_request(refuse_malformed_text)
    app.after_request(_with_security_headers)
    return app


def _answer_error(error: Exception) -> ResponseReturnValue:
    """Return the response for any error. Flask logs unexpected errors and wraps them in a 500."""
    if isinstance(error, HTTPException) and (error.code or 500) < 400:
        return error  # a redirect
    if isinstance(error, KhabaryabError) and not isinstance(error, UsageError):
        current_app.logger.error("%s cannot be answered: %s", request.path, error)
    return problem_of(error) if _is_for_machines(request.path) else error_page(error)


def _is_for_machines(path: str) -> bool:
    return any(path == prefix or path.startswith(f"{prefix}/") for prefix in _FOR_MACHINES)


def _with_security_headers(response: Response) -> Response:
    response.headers.update(SECURITY_HEADERS)
    return response
