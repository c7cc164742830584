"""Caps what answers and pages show of an article. The archive keeps every text whole."""

SHOWN_TITLE = 300
"""The most characters of a title, a kicker, a source, a category or a tag that are shown. The longest titles
of agencies have about 200; a longer one is a text in the wrong field."""

SHOWN_TAGS = 50
"""The most tags on the page of an article. Agencies give at most about 20."""


def capped(text: str, limit: int = SHOWN_TITLE) -> str:
    """Return the text, or its beginning with «…»: at most `limit` characters, if possible whole words."""
    if len(text) <= limit:
        return text
    space = text.rfind(" ", limit * 3 // 4, limit)
    return f"{text[: limit - 1 if space < 0 else space].rstrip()}…"
