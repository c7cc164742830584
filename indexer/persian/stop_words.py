"""The small stop list: words so common that they say nothing about what a query wants.

`data/stop_words.txt` is our own choice of about 90 function words, written folded; long lists hurt ranking
(hazm's 389 words do).
"""

from importlib.resources import files

# Every article has these, and a compound that begins with one («به‌عنوان») is told by its other parts.
EVERYWHERE: frozenset[str] = frozenset(("و", "به", "از", "که", "در", "را", "این", "ان", "با", "برای"))
STOP_WORDS: frozenset[str] = frozenset(
    (files("indexer.persian") / "data" / "stop_words.txt").read_text("utf-8").split()
)
