"""Learn the weights of the ranking, and compare it with its references.

    python -m benchmarks.relevance COLLECTIONS.toml --work DIR [--foremost NAME] [--write] > table.md

The file of collections is that of `khabaryab eval --collections`; the indexes are built in the work folder.
The weights are learned from the queries as they are, in full and cut to three words. The fusion also learns
from queries with one typo each. The table has the queries in other spellings too, and a row for weights that
were learned without the collection that is measured. When the keyword score is learned, the short queries of
the collection `--foremost` count several times. `--write` stores the weights in
`search_web/ranking/weights.toml`.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from functools import partial
from pathlib import Path

import click
import msgspec
import numpy as np

from benchmarks.relevance import rows
from benchmarks.relevance.analyzers import ANALYZERS
from benchmarks.relevance.asked import TYPED, Asked, Encoded, Setting, opened
from benchmarks.relevance.cells import AS_IS, Cell, Cells, gathered, measure, typed_as
from benchmarks.relevance.learning import FOREMOST, learn
from benchmarks.relevance.readings import Reading, ours, reference
from indexer.semantic.loading import load_query_encoder
from search_web.cli.progress import TerminalReport
from search_web.evaluation.collection import read_collections
from search_web.evaluation.spelling import SPELLINGS
from search_web.evaluation.workspace import Workspace
from search_web.ranking import weights as ranking
from search_web.ranking.features import LexicalWeights
from search_web.ranking.gate import GateWeights
from search_web.ranking.weights import ranking_weights

WEIGHTS = Path(ranking.__file__).with_name("weights.toml")
Table = dict[str, dict[Cell, float]]


@click.command()
@click.argument("collections", type=click.Path(exists=True, path_type=Path))
@click.option("--work", type=click.Path(path_type=Path), required=True)
@click.option("--sample", default=2000, show_default=True)
@click.option("--foremost", metavar="NAME", default="")
@click.option("--write", is_flag=True)
def main(collections: Path, work: Path, sample: int, foremost: str, *, write: bool) -> None:
    """Print the table as Markdown."""
    named = read_collections(collections)
    if foremost and foremost not in {each.name for each in named}:
        raise click.BadParameter(f"{collections} has no collection {foremost}", param_hint="--foremost")
    with ExitStack() as stack:
        report = stack.enter_context(TerminalReport())
        space = stack.enter_context(Workspace(work, report))
        settings = [
            stack.enter_context(opened(each, space.index(each, AS_IS, semantic=True), sample))
            for each in named
        ]
        encode = Encoded(load_query_encoder())
        own = gathered(settings, {each.name: ours(each.snapshot) for each in settings}, TYPED, encode)
        _say("gathered by our own reading")
        others = {name: reference(name, analyze) for name, analyze in ANALYZERS.items()}
        table = _references(settings, others, encode)
        lexical = _own_rows(table, settings, own, foremost, write=write)
        parts = _parts(settings, own, lexical)
    print(*_markdown(table), "", *_part_lines(parts), sep="\n")


def _references(settings: Sequence[Setting], readings: Mapping[str, Reading], encode: Encoded) -> Table:
    table: Table = {}
    for name, reading in readings.items():
        typed = TYPED if name == "plain" else (AS_IS,)
        cells = gathered(settings, {each.name: reading for each in settings}, typed, encode)
        table[f"keyword, {name}"] = measure(settings, cells, rows.terms_alone)
        if name == "plain":
            table["encoder alone"] = measure(settings, cells, rows.encoder_alone)
            taught = list(typed_as(cells, {AS_IS}).values())
            sketched = rows.SketchedGate(taught, rows.terms_alone)
            table["gate as sketched, plain"] = measure(settings, cells, sketched)
        _say(f"measured {name}")
    return table


def _own_rows(
    table: Table, settings: Sequence[Setting], cells: Cells, foremost: str, *, write: bool
) -> LexicalWeights:
    lexical, gate = learn(settings, cells, foremost)
    if write:
        _write(lexical, gate, [setting.name for setting in settings], foremost)

    def score(asked: Asked) -> np.ndarray:
        return rows.keyword(asked, lexical)

    taught = list(typed_as(cells, {AS_IS}).values())
    table["keyword, khabaryab"] = measure(settings, cells, score)
    table["RRF(60)"] = measure(settings, cells, lambda asked: rows.reciprocal_ranks(asked, score(asked)))
    table["even z-scores"] = measure(settings, cells, lambda asked: rows.even_mix(asked, score(asked)))
    table["gate as sketched, our lists"] = measure(settings, cells, rows.SketchedGate(taught, score))
    table["hybrid, khabaryab"] = measure(settings, cells, lambda asked: rows.gate(asked, score(asked), gate))
    table["hybrid, learned without it"] = _left_out(settings, cells, foremost)
    return lexical


def _parts(settings: Sequence[Setting], cells: Cells, lexical: LexicalWeights) -> Table:
    """Measure the keyword score with fewer features, on the queries as they are."""
    weights = msgspec.structs.asdict(lexical)
    both = ["surface_forms", "prefix_families"]
    kept = {f"{name} alone": [name] for name in both}
    kept |= {"both": both, "and bigrams": [*both, "bigrams"]}
    kept |= {f"all without {name}": [other for other in weights if other != name] for name in weights}
    kept["all"] = list(weights)
    as_is = typed_as(cells, {AS_IS})
    table = {"BM25 of stems alone": measure(settings, as_is, rows.terms_alone)}
    for row, names in kept.items():
        fewer = LexicalWeights(**{name: weights[name] * (name in names) for name in weights})
        table[row] = measure(settings, as_is, partial(rows.keyword, weights=fewer))
    return table


def _part_lines(parts: Table) -> Iterable[str]:
    cells = list(parts["all"])
    yield _line("keyword search", (f"{name}, {'short' if short else 'full'}" for name, short, _ in cells))
    yield _line("---", ("---" for _ in cells))
    for row, measured in parts.items():
        yield _line(row, (f"{measured[cell]:.4f}" for cell in cells))


def _left_out(settings: Sequence[Setting], cells: Cells, foremost: str) -> dict[Cell, float]:
    """Measure each collection with the weights that were learned on the others."""
    measured: dict[Cell, float] = {}
    for setting in settings:
        lexical, gate = learn(settings, cells, foremost, without=setting.name)

        def row(asked: Asked, lexical: LexicalWeights = lexical, gate: GateWeights = gate) -> np.ndarray:
            return rows.gate(asked, rows.keyword(asked, lexical), gate)

        measured |= measure([setting], cells, row)
    return measured


def _write(lexical: LexicalWeights, gate: GateWeights, names: Sequence[str], foremost: str) -> None:
    blocks = {
        "lexical": rows.rounded(lexical),
        "gate.keyword": rows.rounded(gate.keyword),
        "gate.semantic": rows.rounded(gate.semantic),
        "gate.bigrams": rows.rounded(gate.bigrams),
        "gate.window": rows.rounded(gate.window),
        "gate.near": rows.rounded(gate.near),
    }
    lines = [
        f"# Learned on {date.today():%Y-%m-%d} by python -m benchmarks.relevance --write (docs/ranking.md),",
        f"# from the judged queries of {', '.join(names)}, full and cut to three words;",
        "# the gate also from these with a typed error in each.",
    ]
    if foremost:
        lines.append(f"# Short queries of {foremost} counted {FOREMOST:g} times in the keyword score.")
    for name, weights in blocks.items():
        lines += ["", f"[{name}]", *(f"{key} = {value}" for key, value in weights.items())]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    ranking_weights.cache_clear()


def _markdown(table: Table) -> Iterable[str]:
    cells = list(table["keyword, khabaryab"])
    names = list(dict.fromkeys(cell[0] for cell in cells))
    for typed in TYPED:
        columns = [(name, short, typed) for name in names for short in (False, True)]
        yield f"\n**Queries {typed}**\n"
        yield _line("nDCG@10", (f"{name}, {'short' if short else 'full'}" for name, short, _ in columns))
        yield _line("---", ("---" for _ in columns))
        for row, measured in table.items():
            if columns[0] in measured:
                yield _line(row, (f"{measured[column]:.4f}" for column in columns))
    for title, kept in (("all spellings", SPELLINGS), ("typed errors", ("typo",))):
        yield f"\n**Over {title}**\n"
        yield from _verdict(table, [cell for cell in cells if cell[2] in kept])


def _line(first: str, others: Iterable[str]) -> str:
    return f"| {' | '.join((first, *others))} |"


def _verdict(table: Table, cells: Sequence[Cell]) -> Iterable[str]:
    """Yield the worst cells, against the better single search and the even mix, and gains over the sketch."""
    parts = [table["keyword, khabaryab"], table["encoder alone"]]
    even, hybrid, left_out = (
        table[name] for name in ("even z-scores", "hybrid, khabaryab", "hybrid, learned without it")
    )
    better = {cell: max(part[cell] for part in parts) for cell in cells}
    worst = min(cells, key=lambda cell: hybrid[cell] - max(better[cell], even[cell]))
    worst_left_out = min(cells, key=lambda cell: left_out[cell] - better[cell])
    lost = hybrid[worst] - max(better[worst], even[worst])
    yield f"Worst cell, against its parts and the even mix: {lost:+.4f} {worst}"
    lost = left_out[worst_left_out] - better[worst_left_out]
    yield f"Worst cell of what was learned without it, against its parts: {lost:+.4f} {worst_left_out}"
    for name in ("gate as sketched, plain", "gate as sketched, our lists"):
        gain = np.mean([hybrid[cell] - table[name][cell] for cell in cells])
        yield f"Mean over the {name}: {gain:+.4f}"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
