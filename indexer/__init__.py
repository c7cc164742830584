"""From files to published indexes: readers, analysis, keyword and vector indexes, archive, generations."""
