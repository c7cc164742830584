"""Maps demonyms to their places: آمریکایی ("American") to آمریکا, فرانسوی ("French") to فرانسه.

Many demonyms are also listed words, languages or surnames. The stem of a demonym is its place all the same,
because most of them name an origin. The surface form, which ranks higher than the stem, keeps a person by the
name of Tabrizi above the city.

Both tables are our own; their entries are folded:

- `data/places.txt`: countries, continents, and cities and provinces of the news. Their demonyms are regular;
- `data/demonyms.tsv`: each line maps an irregular demonym to its place.
"""

from collections.abc import Iterator
from importlib.resources import files

from indexer.persian.affixes import ends_in_silent_he


def _lines(name: str) -> list[str]:
    return (files("indexer.persian") / "data" / name).read_text("utf-8").splitlines()


def _regular(place: str) -> Iterator[str]:
    if ends_in_silent_he(place):
        return  # the analyzer drops the affix of ترکیه‌ای
    yield place + {"ا": "یی", "و": "یی", "ی": "ایی"}.get(place[-1], "ی")


PLACES = _lines("places.txt")
DEMONYMS: dict[str, str] = {demonym: place for place in PLACES for demonym in _regular(place)} | dict(
    line.split("\t") for line in _lines("demonyms.tsv")
)
