"""An index made with another analysis is refused, so the version changes whenever the terms do."""

import hashlib

from conftest import DATA

from indexer.persian.analyzer import ANALYSIS_VERSION, PersianAnalyzer

# When this fails because terms are others: raise ANALYSIS_VERSION. Then, or when only the texts are others,
# note the new digest here.
VERSION, DIGEST = "3", "fa79ce68cf9172b2"


def test_the_analysis_version_changes_when_the_terms_change(analyzer: PersianAnalyzer) -> None:
    digest = hashlib.sha256()
    for name in ("analysis_rules.tsv", "queries.jsonl"):
        for line in (DATA / name).read_text("utf-8").splitlines():
            digest.update(repr(analyzer.streams(line)).encode())
    assert (ANALYSIS_VERSION, digest.hexdigest()[:16]) == (VERSION, DIGEST)
