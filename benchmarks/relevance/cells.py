"""Cells of the table: the queries of a collection, full or short, typed in one way."""

import tempfile
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

import ir_measures
import numpy as np
from ir_measures import nDCG

from benchmarks.relevance.asked import Asked, Encoded, Gatherer, Setting, Typed, texts
from benchmarks.relevance.readings import Reading
from benchmarks.relevance.rows import Scorer
from search_web.evaluation.spelling import Spelling

AS_IS: Spelling = "asis"
# Collection, whether its queries are short, how they are typed.
Cell = tuple[str, bool, Typed]
Cells = Mapping[Cell, Sequence[Asked]]


def gathered(
    settings: Sequence[Setting],
    readings: Mapping[str, Reading],
    typed: Iterable[Typed],
    encode: Encoded,
) -> dict[Cell, list[Asked]]:
    """Gather the queries of every collection by its reading: full and short, typed in each of these ways."""
    cells: dict[Cell, list[Asked]] = {}
    for setting in settings:
        with tempfile.TemporaryDirectory() as folder:
            gatherer = Gatherer(setting, readings[setting.name], Path(folder))
            for how in typed:
                for short in (False, True):
                    asked = texts(setting, short=short, typed=how)
                    cells[setting.name, short, how] = gatherer.gather(asked, encode)
    return cells


def typed_as(cells: Cells, kept: Collection[Typed]) -> dict[Cell, Sequence[Asked]]:
    """Return the cells whose queries are typed in one of these ways."""
    return {cell: queries for cell, queries in cells.items() if cell[2] in kept}


def measure(settings: Sequence[Setting], cells: Cells, row: Scorer) -> dict[Cell, float]:
    """Return nDCG@10 of a row in every cell of these settings."""
    measured: dict[Cell, float] = {}
    for setting in settings:
        for cell, queries in cells.items():
            if cell[0] != setting.name:
                continue
            run = {asked.query: _run(setting, asked, row(asked)) for asked in queries}
            qrels = {asked.query: setting.qrels[asked.query] for asked in queries}
            measured[cell] = ir_measures.calc_aggregate([nDCG @ 10], qrels, run)[nDCG @ 10]
    return measured


def _run(setting: Setting, asked: Asked, scores: np.ndarray) -> dict[str, float]:
    best = np.lexsort((asked.numbers, -scores))[:10]
    return {setting.ids[asked.numbers[place]]: -float(rank) for rank, place in enumerate(best)}
