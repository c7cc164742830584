"""Benchmarks of scale: archives of any size, growth curves, a profile, and a comparison with OpenSearch.

`docs/performance.md` tells how they measure, and shows their figures. They run the program as its users do,
through its command, its server and `HybridSearcher`, so that they measure every version alike.
"""
