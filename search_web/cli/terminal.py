"""Prints the output of the commands: results, facts and tables, fitted to the width of the terminal."""

import html
import math
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.filesize import decimal
from rich.text import Text

from search_web.contract.answers import (
    CompletionAnswer,
    Explanation,
    Hit,
    NearDuplicate,
    Placement,
    SearchAnswer,
    SimilarAnswer,
    SimilarHit,
    Suggestion,
)
from search_web.text.jalali import day_of

if TYPE_CHECKING:
    from indexer.build import Summary
    from indexer.changes import Changes
    from indexer.semantic.embedding import Embedded
    from search_web.evaluation import Measures
    from search_web.presentation.status import Status

_INDENT = "   "


def print_summary(summary: "Summary") -> None:
    """Print the summary of a build."""
    _print_facts(
        ("generation", f"{summary.generation:06d}"),
        ("articles", f"{summary.articles:,}"),
        ("rejected", f"{summary.rejected:,}"),
        ("replaced", f"{summary.replaced:,}"),
        ("notes", f"{summary.notes:,}"),
        *((("report", str(summary.report)),) if summary.report else ()),
        ("passages", f"{summary.passages:,} ({summary.reused:,} reused)"),
        *((("without vectors", _lagging(summary)),) if summary.lagging else ()),
        *((stage, f"{seconds:.1f} s") for stage, seconds in summary.seconds.items()),
        ("size on disk", decimal(summary.bytes)),
    )


def _lagging(summary: "Summary") -> str:
    return f"{summary.lagging:,} articles; `khabaryab embed` makes them, newest first"


def print_changes(changes: "Changes") -> None:
    """Print what a change did."""
    _print_facts(
        ("generation", f"{changes.generation:06d}"),
        ("articles", f"{changes.articles:,}"),
        ("added", f"{changes.added:,}"),
        ("replaced", f"{changes.replaced:,}"),
        ("unchanged", f"{changes.unchanged:,}"),
        ("removed", f"{changes.removed:,}"),
        ("rejected", f"{changes.rejected:,}"),
        ("notes", f"{changes.notes:,}"),
        *((("report", str(changes.report)),) if changes.report else ()),
        ("passages", f"{changes.passages:,}"),
    )


def print_status(status: "Status") -> None:
    """Print the contents of an index."""
    _print_facts(
        ("index", f"{status.index}, generation {status.generation} of {status.created}"),
        ("articles", f"{status.articles:,} ({status.rejected:,} records rejected)"),
        ("days", f"{status.first_day} to {status.last_day}" if status.first_day else "undated"),
        ("passages", f"{status.passages:,}{_embedded_share(status)}"),
        ("keyword engine", f"{status.engine}, analysis {status.analysis}"),
        ("encoder", f"{status.encoder}, {status.dimension} dimensions" if status.encoder else "none"),
        ("sources", ", ".join(f"{name} {count}" for name, count in status.sources.items())),
        ("categories", ", ".join(f"{name} {count}" for name, count in status.categories.items())),
        ("size on disk", decimal(status.bytes)),
    )


def _embedded_share(status: "Status") -> str:
    if status.embedded is None:
        return ""
    # Rounded down, so that 100 % means all.
    return f", of {math.floor(1000 * status.embedded) / 10:g} % of the articles"


def print_embedded(index: Path, embedded: "Embedded") -> None:
    """Print what `khabaryab embed` did."""
    added = embedded.added
    if not added.articles:
        print(f"{printable(str(index))}: complete: each of {embedded.articles:,} articles has its vectors")
        return
    _print_facts(
        ("articles", f"{added.articles:,} of {embedded.articles:,} got their vectors now"),
        ("passages", f"{added.passages:,} ({added.reused:,} reused), {embedded.passages:,} in all"),
    )


def _print_facts(*facts: tuple[str, str]) -> None:
    """Print each fact in one line. The lines are never wrapped, because scripts read them too."""
    console = Console(highlight=False)
    for name, value in facts:
        console.print(Text(f"{name:<16}{printable(value)}".rstrip()), soft_wrap=True)


def print_answer(answer: SearchAnswer) -> None:
    """Print results as a list with the matched words in bold; on a terminal lines break between words."""
    console = Console(highlight=False)
    if answer.degraded:
        _print_paragraph(console, Text("The encoder cannot be loaded: these are keyword results.", "yellow"))
    if answer.notice:
        _print_paragraph(console, Text(answer.notice))
    for suggestion in answer.suggestions:
        _print_paragraph(console, Text(printable(_offered(suggestion)), "cyan"))
    for hit in answer.hits:
        _print_paragraph(console, Text(f"{hit.rank}. ").append_text(_highlighted(hit.title_html)))
        _print_paragraph(console, _about(hit, hit.category), _INDENT)
        _print_paragraph(console, _highlighted(hit.snippet), _INDENT)
        for near_duplicate in hit.similar:
            _print_paragraph(console, Text("= ", "dim").append_text(_about(near_duplicate)), _INDENT)
        if hit.similar_total > len(hit.similar):
            more = f"= {hit.similar_total - len(hit.similar)} more copies; --no-collapse shows all"
            _print_paragraph(console, Text(more, "dim"), _INDENT)
        if hit.explain:
            _print_paragraph(console, _explained(hit.score, hit.explain), _INDENT)
    results = "1 result" if answer.total == 1 else f"{answer.total:,} results"
    _print_paragraph(console, Text(f"{results} in {answer.took_ms:.0f} ms", "dim"))


def print_similar(answer: SimilarAnswer) -> None:
    """Print similar articles as a list."""
    console = Console(highlight=False)
    for hit in answer.hits:
        _print_paragraph(console, Text(printable(f"{hit.rank}. {hit.title}")))
        _print_paragraph(console, _about(hit, hit.category), _INDENT)


def _about(article: Hit | NearDuplicate | SimilarHit, category: str = "") -> Text:
    day = day_of(article.published)
    parts = (article.source, category, day.isoformat() if day else "", article.id)
    return Text(printable(" · ".join(filter(None, parts))), "dim")


def _explained(score: float, explanation: Explanation) -> Text:
    parts = (("keyword", explanation.keyword), ("semantic", explanation.semantic))
    reasons = [f"{name} {_explain(placement)}" for name, placement in parts]
    if explanation.freshness is not None:
        reasons.append(f"freshness {explanation.freshness:.4f}")
    return Text(f"{score:.4f} = {explanation.fusion}: {'; '.join(reasons)}", "dim")


def _offered(suggestion: Suggestion) -> str:
    if suggestion.kind != "date":
        return f"Did you mean: {suggestion.query}"
    days = f"--from {suggestion.date_from} --to {suggestion.date_to}"
    return f"Only {suggestion.text}? search {suggestion.query!r} {days}"


def print_completions(answer: CompletionAnswer) -> None:
    """Print one completion in each line."""
    console = Console(highlight=False)
    for completion in answer.suggestions:
        _print_paragraph(console, Text(printable(completion.text)))


def _print_paragraph(console: Console, text: Text, indent: str = "") -> None:
    # Without a terminal a paragraph is one line, so that another program can read it.
    lines = text.wrap(console, max(console.width - len(indent), 20)) if console.is_terminal else [text]
    for line in lines:
        line.rstrip()
        if line:
            console.print(Text(indent).append_text(line), soft_wrap=True)


def _explain(placement: Placement) -> str:
    return "–" if placement.rank is None else f"rank {placement.rank}, score {placement.score:.4f}"


def _highlighted(snippet: str) -> Text:
    text = Text()
    for number, piece in enumerate(snippet.replace("</mark>", "<mark>").split("<mark>")):
        text.append(printable(html.unescape(piece)), style="bold" if number % 2 else "")
    return text


def printable(text: str) -> str:
    """Replace control characters with spaces: an article's text must not control the terminal."""
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)


def print_measures(measures: "Measures") -> None:
    """Print one row of measures."""
    from rich.table import Table  # only here: a search prints no table, and starts without it

    table = Table(box=None)
    for name in ("mode", "queries", "nDCG@10", "MRR@10", "Recall@100", "p50 ms", "p95 ms"):
        table.add_column(name, justify="left" if name == "mode" else "right")
    table.add_row(
        measures.mode,
        str(measures.queries),
        f"{measures.ndcg_at_10:.4f}",
        f"{measures.mrr_at_10:.4f}",
        f"{measures.recall_at_100:.4f}",
        f"{measures.latency_p50_ms:.1f}",
        f"{measures.latency_p95_ms:.1f}",
    )
    Console().print(table)
