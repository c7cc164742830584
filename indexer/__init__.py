"""From files to published indexes: readers, Persian analysis, keyword and vector indexes, archive, generations."""
