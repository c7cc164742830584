"""Renders the pages: start, results, one article, and errors. Plain HTML that works without scripts."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from indexer.errors import UsageError
from search_web.contract.answers import DEPTH_LIMIT, SearchAnswer, SearchRequest
from search_web.contract.parameters import TEXT_LIMIT, ParameterError, read_request, write_parameters
from search_web.contract.searcher import SIMILAR, Facets, Searcher
from search_web.text.capping import SHOWN_TAGS, capped
from search_web.text.jalali import day_of, persian_day, persian_moment, persian_numeric_day
from search_web.text.numerals import persian_count, persian_days, persian_digits, persian_seconds
from search_web.web.admission import Admission
from search_web.web.caching import Revalidation, unstored
from search_web.web.problems import RETRY_AFTER
from search_web.web.wording import FIELDS, MODE_HINTS, MODES, SORTS, explained_error

_IN_SIGHT = (
    "q",
    "source",
    "category",
    "from",
    "to",
)  # the visible fields of the form; other parameters are in hidden fields
_WORDING = {
    "modes": MODES,
    "mode_hints": MODE_HINTS,
    "sorts": SORTS,
    "text_limit": TEXT_LIMIT,
    "shown_tags": SHOWN_TAGS,
}
_FILTERS = ("source", "category", "from", "to")


def create_pages(searcher: Searcher, revalidated: Revalidation, admitted: Admission) -> Blueprint:
    """Return the blueprint with `/`, `/search` and `/articles/ID`."""
    pages = Blueprint("pages", __name__, template_folder="templates")
    for shown in (
        *(persian_count, persian_digits, persian_seconds, persian_days),
        *(persian_day, persian_moment, capped),
    ):
        pages.add_app_template_filter(shown)
    pages.add_app_template_filter(day_of, "iso_day")
    pages.add_app_template_filter(_is_web_address, "is_web_address")

    # Globals, because imported macros do not see the values of a context processor.
    pages.record_once(lambda setup: setup.app.jinja_env.globals.update(_WORDING))

    @pages.get("/")
    @revalidated
    @admitted
    def home() -> Response:
        return make_response(render_template("home.html", facets=searcher.facets(), form=_form({})))

    @pages.get("/search")
    @revalidated
    @admitted
    def search() -> Response:
        facets = searcher.facets()
        try:
            asked = read_request(request.args)
            answer = searcher.search(asked)
        except UsageError as error:
            return _refused(error, facets)
        return _results(asked, answer, facets)

    @pages.get("/articles/<text:article_id>")
    @revalidated
    @admitted
    def article(article_id: str) -> Response:
        found = searcher.article(article_id)
        if found is None:
            abort(404)
        paragraphs = [line for line in found.body.splitlines() if line.strip()]
        back = _back_to_results(request.args)
        similar = searcher.similar(article_id, SIMILAR)
        html = render_template(
            "article.html",
            article=found,
            paragraphs=paragraphs,
            back=back,
            similar=similar.hits if similar else [],
        )
        return make_response(html)

    return pages


def error_page(error: Exception) -> Response:
    """Return the Persian error page for an error."""
    status, heading, sentence = explained_error(error)
    html = render_template("error.html", heading=heading, sentence=sentence)
    response = unstored(make_response(html, status))
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    return response


def _results(asked: SearchRequest, answer: SearchAnswer, facets: Facets) -> Response:
    state = write_parameters(asked)
    days = {"from": asked.date_from, "to": asked.date_to}
    typed = state | {name: persian_numeric_day(day) for name, day in days.items() if day}
    last = min(-(-answer.total // asked.size), DEPTH_LIMIT // asked.size)
    html = render_template(
        "results.html",
        asked=asked,
        answer=answer,
        facets=facets,
        by_meaning=facets.semantic and asked.mode != "keyword" and not answer.degraded,
        form=_form(typed),
        state=state,
        here=lambda **changes: _results_address({**state, "page": None, **changes}),
        filters={name: typed[name] for name in _FILTERS if name in typed},
        fields=FIELDS,
        last=last,
        steps=_pager(asked.page, last),
    )
    response = make_response(html)
    return unstored(response) if answer.degraded else response


def _refused(error: UsageError, facets: Facets) -> Response:
    """Return the page with the form as filled in and the reason why the search was rejected."""
    typed = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    # The only other usage error comes from the searcher: a mode that needs vectors the index does not have.
    fault = error.parameter if isinstance(error, ParameterError) else "mode"
    _, _, sentence = explained_error(error)
    html = render_template("refused.html", facets=facets, form=_form(typed, fault), sentence=sentence)
    return unstored(make_response(html, 400))


def _form(typed: Mapping[str, str], fault: str = "") -> dict[str, object]:
    """Return the content of the form: the text of the visible and the hidden fields, the field at fault."""
    hidden = {
        name: text
        for name, text in typed.items()
        if name not in {*_IN_SIGHT, "page", "explain"} and name != fault
    }
    return {
        "fields": {name: typed.get(name, "") for name in _IN_SIGHT},
        "hidden": hidden,
        "fault": fault,
    }


def _pager(page: int, last: int) -> list[int | None]:
    """Return the page numbers to link: first, last, `page` and its neighbours; None marks a gap."""
    shown = sorted({1, *range(max(1, page - 1), min(last, page + 1) + 1), last})
    steps: list[int | None] = []
    for number in shown:
        if steps and number - (steps[-1] or 0) > 1:
            steps.append(None)
        steps.append(number)
    return steps


def _back_to_results(args: MultiDict[str, str]) -> str | None:
    """Return the address of the results page from which the reader came; None if the link does not name one.

    Links to articles carry the parameters of the search.
    """
    try:
        state = write_parameters(read_request(args))
    except UsageError:
        return None
    return _results_address(state) if state else None


def _results_address(parameters: Mapping[str, Any]) -> str:
    return url_for("pages.search", **parameters)


def _is_web_address(url: str) -> bool:
    """Return whether a page may link to `url`: only http or https with a host, never `javascript:` etc."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
