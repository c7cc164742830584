"""The fields of a keyword index, for articles and for queries. Every engine has all of them.

- `words`: title, kicker, lead, body and tags in one stream. Phrase queries use its positions;
- `stems`: the stems of the same parts;
- `bigrams`: two neighbouring stems as one term, if neither is a function word. They help because questions
  and headlines put words that belong together next to each other;
- `title`: only the words of the title, for `title:` queries;
- `surface_forms`, `prefix_families`: which articles hold a surface form or a prefix family. A prefix family
  is the set of all stems that begin with the same `PREFIX_FAMILY_LETTERS` letters.

Engines score stems and bigrams, each by BM25F: a posting in the title has the weight `TITLE_WEIGHT`, and one
length normalisation covers title and text. (Summing a score for each field instead cost 2 to 20 points of
nDCG.) These scores only find the candidates; to rank them, `search_web.ranking.features` reads features from
the term columns.
"""

WORDS, STEMS, BIGRAMS, TITLE = "words", "stems", "bigrams", "title"
SURFACE_FORMS, PREFIX_FAMILIES = "surface_forms", "prefix_families"
FIELDS = (WORDS, STEMS, BIGRAMS, TITLE, SURFACE_FORMS, PREFIX_FAMILIES)
# Fields whose positions are stored, for phrase queries.
POSITIONED = (WORDS, TITLE)
TITLE_WEIGHT = 2.0
PREFIX_FAMILY_LETTERS = 4


def prefix_family(stem: str) -> str:
    """Return the prefix family of a stem: its first `PREFIX_FAMILY_LETTERS` letters."""
    return stem[:PREFIX_FAMILY_LETTERS]
