"""Lists of affixes that a half-space separates, and of the pieces of compounds and names. All are folded.

The half-space (U+200C, zero-width non-joiner) separates an affix or a piece from its word without a visible
gap.
"""

VERB_PREFIXES = ("نمی", "می")
# Preverbs, which may precede می: برمی‌گردد، بازنمی‌گردد.
PREVERBS = ("دربر", "باز", "بر", "در", "فرا", "فرو")
# Auxiliaries after a participle: شده‌بود، گفته‌باشد. They are kept as words; the copula است is dropped.
AUXILIARIES: tuple[str, ...] = ("بودیم", "بودند", "بودم", "بود", "باشند", "باشد", "شدند", "شوند", "شود", "شد")
COPULA = "است"
# Past stems that are also nouns, although the lexicon lists them only as verbs: شکست‌های, کردهای.
VERBAL_NOUNS: frozenset[str] = frozenset(("شکست", "کرد", "ساخت", "پنداشت", "بافت", "یافت", "کاشت", "گسست"))

# The plural suffix, also with a possessive, the indefinite ی or the copula after it. Any noun takes them.
PLURALS = ("هایشان", "هایمان", "هایتان", "هایش", "هایم", "هایت", "هایی", "هاست", "های", "ها")
# Endings that identify the plural of a name or foreign word that no lexicon knows.
PLAIN_PLURALS = ("هایی", "های", "ها")
DEGREES = ("ترین", "تری", "تر")
# Foreign words and names that look like the comparative of an adjective.
NOT_COMPARATIVE: frozenset[str] = frozenset(("فیلتر", "کارتر", "دکترین", "کانتر", "چارتر"))
# Separated from the word only after a silent ه: خانه‌ای, رفته‌ام, آمده‌اند.
AFTER_SILENT_HE = ("ایم", "اید", "اند", "ای", "ام", "ات", "اش")
POSSESSIVES = ("شان", "مان", "تان")
EZAFE = ("ی",)

# Suffixes that a half-space may separate and that carry no meaning of their own.
SUFFIXES: frozenset[str] = frozenset(
    (
        *PLURALS, *DEGREES, *AFTER_SILENT_HE, *POSSESSIVES, *EZAFE, COPULA,
        "ترها", "ترهای", "ترینها", "ترینهای", "م", "ت", "ش", "یم", "ید", "ند", "ست", "را",
    )
)  # fmt: skip

# Suffixes that remain suffixes after a full space. شان، مان and تان are also words, so they are not listed.
SPACED_SUFFIXES: frozenset[str] = frozenset((*PLURALS, *DEGREES, *EZAFE))
SPACED_AFTER_SILENT_HE: frozenset[str] = frozenset(AFTER_SILENT_HE)

# Suffixes of a joined spelling after a word with a silent ه: خانهای, خانهی.
JOINED_AFTER_SILENT_HE: tuple[str, ...] = (*AFTER_SILENT_HE, *EZAFE, COPULA)

# Suffixes of a joined spelling after a word in ی: استراتژیاش, اقتصادیای.
JOINED_AFTER_Y: tuple[str, ...] = ("ای", "اش", "ام")

# Suffixes of a joined spelling after any noun or adjective: کشورشان, عبارتاند.
JOINED_AFTER_ANY: tuple[str, ...] = (*POSSESSIVES, "اند", COPULA)

# The conjunction که ("that"), and the words that writers join it to: زمانی‌که، به‌طوری‌که، چنان‌که.
CONJUNCTION = "که"
CONJUNCTION_HEADS: frozenset[str] = frozenset(
    (
        "این", "ان", "انان", "چنان", "همان", "همچنان", "انچنان", "انجا", "جایی", "انجایی", "وقتی",
        "زمانی", "هنگامی",
        "موقعی", "حالی", "درحالی", "صورتی", "درصورتی", "طوری", "همانطوری", "بطوری", "بهطوری", "اینطوری",
        "گونهای", "بهگونهای",
    )
)  # fmt: skip

# Short first pieces that form compounds with any word: بی‌خانمان، هم‌زمان، به‌عنوان، همین‌طور.
COMPOUND_PREFIXES: frozenset[str] = frozenset(
    (
        "بی", "نا", "هم", "پر", "کم", "بد", "ضد", "به", "تک", "یک", "چند", "فرا", "نیم", "این",
        "همین", "همان",
        "شبه", "پیش", "نیمه", "میان", "درون", "برون", "فوق", "هیچ", "پسا", "ابر", "غیر", "خوش",
    )
)  # fmt: skip

# Endings that are written without a half-space. A known word with such an ending is not a compound.
ENDINGS: tuple[str, ...] = (
    "ی", "ان", "انی", "ات", "اتی", "م", "ت", "ش", "ین", "یم", "ید", "ند", "گان", "گی", "یان", "یی", "یت",
    "انه", *POSSESSIVES,
)  # fmt: skip

# Endings that a compound may take without a half-space: دانش‌آموزان، برنامه‌ریزان، نقش‌آفرینانه، سخن‌گوی.
COMPOUND_ENDINGS: tuple[str, ...] = ("ان", "انی", "انه", "ی", "یی", "یان", "گان", "ات")

# First and last pieces of family names, which are never split: علیپور، میرزاده.
NAME_HEADS: frozenset[str] = frozenset(
    (
        "علی", "غلام", "حسن", "حسین", "محمد", "احمد", "عبد", "امیر", "سید", "میر", "خان", "جان", "ملک", "شاه",
        "الله", "عالی", "شیخ", "شمس", "قره", "قزل", "گل", "بیگ", "کریم", "رحیم", "صادق", "کاظم", "نیک", "پاک",
    )
)  # fmt: skip
NAME_TAILS: tuple[str, ...] = (
    "پور", "زاده", "نژاد", "وند", "فر", "لو", "نیا", "یان", "خانی", "اللهی", "یار", "اباد", "شاه", "خان",
    "الله", "الهی",
)  # fmt: skip
# Last pieces that identify a family name, after a half-space or a space: قاسمی‌پور is one word.
SURNAME_TAILS: frozenset[str] = frozenset(("پور", "زاده", "نژاد", "نیا", "وند", "فر", "کیا"))

# English letter names, which spell out initials: ام‌آر‌ای ("MRI"). In initials none of them is an affix.
LETTER_NAMES: frozenset[str] = frozenset(
    (
        "ای", "بی", "سی", "دی", "اف", "جی", "اچ", "ایچ", "کی", "ال", "ام", "ان", "او", "پی", "کیو", "ار",
        "اس", "تی", "یو", "وی", "دابلیو", "ایکس", "وای", "زد",
    )
)  # fmt: skip


def ends_in_silent_he(word: str) -> bool:
    """Return whether the word ends in a silent ه (read as "e"): خانه, not ماه. Suffixes do not join to it."""
    return len(word) > 2 and word[-1] == "ه" and word[-2] != "ا"
