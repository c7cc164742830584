"""The analysis version must change whenever the terms do: an index of another version is refused."""

import hashlib

from conftest import DATA

from indexer.persian.analyzer import ANALYSIS_VERSION, PersianAnalyzer

# If this test fails because the terms have changed, raise ANALYSIS_VERSION, and write the new version and
# digest here. If only the test data has changed, write just the new digest here.
VERSION, DIGEST = "5", "2321951b885123f4"


def test_the_analysis_version_changes_when_the_terms_change(analyzer: PersianAnalyzer) -> None:
    digest = hashlib.sha256()
    for name in ("analysis_rules.tsv", "queries.jsonl"):
        for line in (DATA / name).read_text("utf-8").splitlines():
            digest.update(repr(analyzer.streams(line)).encode())
    assert (ANALYSIS_VERSION, digest.hexdigest()[:16]) == (VERSION, DIGEST)
