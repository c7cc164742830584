"""From a ranking to what a reader sees: hits, snippets with marks, and what an index holds."""
