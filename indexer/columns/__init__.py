"""Columns: append-only arrays on the disk, with the articles of a generation in the order of their numbers.

They hold what a posting list cannot tell about an article. A reader maps them at a count of articles and
ignores everything behind it; a writer appends, and cuts off what a crash left behind the count.
"""

from indexer.columns.hashes import text_hash
from indexer.columns.layout import POSITIONS
from indexer.columns.term_columns import ArticleTokens, Occurrences, TermColumns
from indexer.columns.term_writer import TermColumnsWriter, record_terms

__all__ = [
    "POSITIONS",
    "ArticleTokens",
    "Occurrences",
    "TermColumns",
    "TermColumnsWriter",
    "record_terms",
    "text_hash",
]
