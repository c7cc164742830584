"""From candidates to their order: features, fusion, freshness, near-duplicates. Nothing here reads a file."""
