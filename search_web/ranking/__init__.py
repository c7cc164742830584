"""Orders the candidates of a query: features, fusion of both searches, freshness, near-duplicates.

Only `weights` reads a file; everything else works on data in memory.
"""
