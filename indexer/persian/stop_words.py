"""The small stop list: words so common that they say nothing about what a query wants.

Our own choice of about 80 function words, written folded; long lists hurt ranking (hazm's 389 words do).
"""

STOP_WORDS: frozenset[str] = frozenset(
    """
    و در به از که این ان را با برای است بود شد شود شده می نمی هم تا یا اما ولی اگر نیز بر پس هر همه هیچ چه چرا
    چگونه چطور کجا کدام کی چیست کیست چند ایا یک ما من تو او وی شما انها انان خود خودش خویش باشد باشند هست هستند نیست
    نیستند بودند شدند شوند کرد کردند کند کنند کرده دارد دارند داشت ها های هایی تر ترین ای دیگر چون زیرا پیش سپس
    همین همان چنین روی بی جز بین مگر البته
    """.split()
)
