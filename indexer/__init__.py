"""Builds the search index: reads article files, analyses their Persian text and publishes the result.

Subpackages:

- `readers`: turn text, JSON, CSV and HTML files into articles;
- `persian`: normalises, tokenizes and stems Persian text, and repairs its half-spaces;
- `keyword`: the keyword index (BM25), behind a protocol that any engine can implement;
- `semantic`: the encoder that turns text into vectors, and the index of those vectors.

Modules: `build` runs all stages; `archive` stores the articles; `generations` publishes an index atomically;
`snapshot` opens the published index; `term_vectors`, `near_duplicates` and `vocabulary` hold what ranking,
result clusters and suggestions read.
"""
