"""The small stop list: words so common that they say nothing about the topic of a query.

`data/stop_words.txt` is our own choice of about 90 function words, folded. Long lists hurt ranking; hazm's
list of 389 words does.
"""

from importlib.resources import files

# Every article has these words. The other parts identify a compound that begins with one («به‌عنوان», "as").
EVERYWHERE: frozenset[str] = frozenset(("و", "به", "از", "که", "در", "را", "این", "ان", "با", "برای"))
STOP_WORDS: frozenset[str] = frozenset(
    (files("indexer.persian") / "data" / "stop_words.txt").read_text("utf-8").split()
)
