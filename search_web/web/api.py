"""The JSON API: search, completions, articles, and the health checks of a server."""

from collections.abc import Mapping

import msgspec
from flask import Blueprint, Response, request
from werkzeug.datastructures import MultiDict

from indexer.articles import Article
from search_web.contract.parameters import (
    ParameterError,
    check_names,
    read_completion,
    read_request,
    read_size,
)
from search_web.contract.searcher import SIMILAR, Searcher
from search_web.web.admission import Admission
from search_web.web.caching import Revalidation, unstored
from search_web.web.problems import problem


def create_api(searcher: Searcher, revalidated: Revalidation, admitted: Admission) -> Blueprint:
    """Return the blueprint of all addresses under `/api`, and of `/healthz` and `/readyz`."""
    api = Blueprint("api", __name__)

    @api.get("/api/search")
    @revalidated
    @admitted
    def search() -> Response:
        check_names(_each_once(request.args))
        answer = searcher.search(read_request(request.args))
        response = _json(answer)
        # A degraded answer must not be cached: the encoder may be available again at the next request.
        return unstored(response) if answer.degraded else response

    @api.get("/api/suggest")
    @revalidated
    @admitted
    def suggest() -> Response:
        return _json(searcher.complete(*read_completion(_each_once(request.args))))

    @api.get("/api/articles/<text:article_id>")
    @revalidated
    @admitted
    def article(article_id: str) -> Response:
        found = searcher.article(article_id)
        return _no_article(article_id) if found is None else _json(_public(found))

    @api.get("/api/articles/<text:article_id>/similar")
    @revalidated
    @admitted
    def similar(article_id: str) -> Response:
        found = searcher.similar(article_id, read_size(_each_once(request.args), SIMILAR))
        if found is not None:
            return _json(found)
        named = searcher.article(f"{article_id}/similar")  # the id itself may end in "/similar"
        return _no_article(article_id) if named is None else _json(_public(named))

    @api.get("/healthz")
    def healthz() -> Response:
        return unstored(_json({"status": "ok"}))

    @api.get("/readyz")
    def readyz() -> Response:
        readiness = searcher.readiness()
        if readiness.ready:
            return unstored(_json(readiness))
        return problem(
            "service-unavailable", readiness.detail, {"ready": False, "generation": readiness.generation}
        )

    return api


def _each_once(args: MultiDict[str, str]) -> Mapping[str, str]:
    """Return the parameters of a request; raises `ParameterError` if one of them is repeated."""
    for name, values in args.lists():
        if len(values) > 1:
            raise ParameterError("invalid-parameter", name, f"{name} is given more than once")
    return args


def _no_article(article_id: str) -> Response:
    return problem("article-not-found", "no article has this id", {"article": article_id})


def _public(article: Article) -> dict[str, object]:
    """Return the fields of an article for the JSON; `published` is ISO text, as in hits.

    The field `extra` is left out: it is stored but never shown.
    """
    fields = msgspec.structs.asdict(article)
    del fields["extra"]
    fields["published"] = article.published.isoformat() if article.published else None
    return fields


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), mimetype="application/json")
