"""The affixes that a half-space sets off, and how compounds and names are made; all written folded."""

VERB_PREFIXES = ("نمی", "می")
# What may stand before می: برمی‌گردد، بازنمی‌گردد.
PREVERBS = ("دربر", "باز", "بر", "در", "فرا", "فرو")
# What follows a participle: شده‌بود، گفته‌باشد. The copula است is dropped, these are words.
AUXILIARIES: tuple[str, ...] = ("بودیم", "بودند", "بودم", "بود", "باشند", "باشد", "شدند", "شوند", "شود", "شد")
COPULA = "است"
# Past stems that are nouns too, though the lexicon has them as verbs only: شکست‌های, کردهای.
VERBAL_NOUNS: frozenset[str] = frozenset(("شکست", "کرد", "ساخت", "پنداشت", "بافت", "یافت", "کاشت", "گسست"))

# Plural, with possessives, the indefinite ی and the copula after it: they attach to any noun.
PLURALS = ("هایشان", "هایمان", "هایتان", "هایش", "هایم", "هایت", "هایی", "هاست", "های", "ها")
# The endings by which a name or foreign word that no lexicon knows is told to be a plural.
PLAIN_PLURALS = ("هایی", "های", "ها")
DEGREES = ("ترین", "تری", "تر")
# Foreign words and names that look like the comparative of an adjective.
NOT_COMPARATIVE: frozenset[str] = frozenset(("فیلتر", "کارتر", "دکترین", "کانتر", "چارتر"))
# Written apart only after a silent ه: خانه‌ای, رفته‌ام, آمده‌اند.
AFTER_SILENT_HE = ("ایم", "اید", "اند", "ای", "ام", "ات", "اش")
POSSESSIVES = ("شان", "مان", "تان")
EZAFE = ("ی",)

# What a half-space may set off at a word's end and carries no meaning of its own.
SUFFIXES: frozenset[str] = frozenset(
    (
        *PLURALS, *DEGREES, *AFTER_SILENT_HE, *POSSESSIVES, *EZAFE, COPULA,
        "ترها", "ترهای", "ترینها", "ترینهای", "م", "ت", "ش", "یم", "ید", "ند", "ست", "را",
    )
)  # fmt: skip

# What still is a suffix when a full space sets it off. شان، مان and تان are words too, so they are not here.
SPACED_SUFFIXES: frozenset[str] = frozenset((*PLURALS, *DEGREES, *EZAFE))
SPACED_AFTER_SILENT_HE: frozenset[str] = frozenset(AFTER_SILENT_HE)

# What else a joined spelling may end in when a word with a silent ه remains: خانهای, خانهی.
JOINED_AFTER_SILENT_HE: tuple[str, ...] = (*AFTER_SILENT_HE, *EZAFE, COPULA)

# And when a word in ی remains: استراتژیاش, اقتصادیای.
JOINED_AFTER_Y: tuple[str, ...] = ("ای", "اش", "ام")

# And when any noun or adjective remains: کشورشان, عبارتاند.
JOINED_AFTER_ANY: tuple[str, ...] = (*POSSESSIVES, "اند", COPULA)

# The conjunction that is written onto these: زمانی‌که، به‌طوری‌که، چنان‌که.
CONJUNCTION = "که"
CONJUNCTION_HEADS: frozenset[str] = frozenset(
    (
        "این", "ان", "انان", "چنان", "همان", "همچنان", "انچنان", "انجا", "جایی", "انجایی", "وقتی",
        "زمانی", "هنگامی",
        "موقعی", "حالی", "درحالی", "صورتی", "درصورتی", "طوری", "همانطوری", "بطوری", "بهطوری", "اینطوری",
        "گونهای", "بهگونهای",
    )
)  # fmt: skip

# Short first pieces that make compounds with any word: بی‌خانمان، هم‌زمان، به‌عنوان، همین‌طور.
COMPOUND_PREFIXES: frozenset[str] = frozenset(
    (
        "بی", "نا", "هم", "پر", "کم", "بد", "ضد", "به", "تک", "یک", "چند", "فرا", "نیم", "این",
        "همین", "همان",
        "شبه", "پیش", "نیمه", "میان", "درون", "برون", "فوق", "هیچ", "پسا", "ابر", "غیر", "خوش",
    )
)  # fmt: skip

# Endings that are written without a half-space: a word that ends so is no compound.
ENDINGS: tuple[str, ...] = (
    "ی", "ان", "انی", "ات", "اتی", "م", "ت", "ش", "ین", "یم", "ید", "ند", "گان", "گی", "یان", "یی", "یت",
    "انه", *POSSESSIVES,
)  # fmt: skip

# Endings without a half-space that a compound may take: دانش‌آموزان، برنامه‌ریزان، نقش‌آفرینانه، سخن‌گوی.
COMPOUND_ENDINGS: tuple[str, ...] = ("ان", "انی", "انه", "ی", "یی", "یان", "گان", "ات")

# How family names begin and end; they are never cut: علیپور، میرزاده.
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
# By which a family name is told, written with a half-space or a blank: قاسمی‌پور is one word.
SURNAME_TAILS: frozenset[str] = frozenset(("پور", "زاده", "نژاد", "نیا", "وند", "فر", "کیا"))

# Initials are spelled by the letters' English names; none of them is an affix then: ام‌آر‌ای.
LETTER_NAMES: frozenset[str] = frozenset(
    (
        "ای", "بی", "سی", "دی", "اف", "جی", "اچ", "ایچ", "کی", "ال", "ام", "ان", "او", "پی", "کیو", "ار",
        "اس", "تی", "یو", "وی", "دابلیو", "ایکس", "وای", "زد",
    )
)  # fmt: skip


def ends_in_silent_he(word: str) -> bool:
    """Tell whether the word ends in the ه that is read e, which keeps its suffixes apart: خانه, not ماه."""
    return len(word) > 2 and word[-1] == "ه" and word[-2] != "ا"
