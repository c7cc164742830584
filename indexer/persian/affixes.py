"""The affixes that a half-space sets off, all written folded."""

VERB_PREFIXES = ("نمی", "می")
# What may stand before می: برمی‌گردد، بازنمی‌گردد.
PREVERBS = ("باز", "بر", "در", "فرا", "فرو", "وا")

# Plural, with possessives and the indefinite ی after it: they attach to any noun.
PLURALS = ("هایشان", "هایمان", "هایتان", "هایش", "هایم", "هایت", "هایی", "های", "ها")
DEGREES = ("ترین", "تری", "تر")
# Written apart only after a silent ه: خانه‌ای، رفته‌ام، آمده‌اند.
AFTER_SILENT_HE = ("ایم", "اید", "اند", "ای", "ام", "ات", "اش")
POSSESSIVES = ("شان", "مان", "تان")
EZAFE = ("ی",)

# What a half-space may set off at a word's end and carries no meaning of its own.
SUFFIXES: frozenset[str] = frozenset(
    (
        *PLURALS, *DEGREES, *AFTER_SILENT_HE, *POSSESSIVES, *EZAFE,
        "ترها", "ترهای", "ترین‌ها", "ترین‌های", "م", "ت", "ش", "یم", "ید", "ند", "ست", "است", "را",
    )
)  # fmt: skip

# What still is a suffix when a full space sets it off. شان، مان and تان are words too, so they are not here.
SPACED_SUFFIXES: frozenset[str] = frozenset((*PLURALS, *DEGREES, *EZAFE))
SPACED_AFTER_SILENT_HE: frozenset[str] = frozenset(AFTER_SILENT_HE)

# Stripped from joined spellings when what remains is a word: دیپلماتهای، بزرگترین.
JOINED_SUFFIXES: tuple[str, ...] = (*PLURALS, *DEGREES)
JOINED_AFTER_SILENT_HE: tuple[str, ...] = (*AFTER_SILENT_HE, *EZAFE)

# Short first pieces that make compounds with any word: بی‌خانمان، هم‌زمان، پیش‌بینی.
COMPOUND_PREFIXES: frozenset[str] = frozenset(
    ("بی", "نا", "هم", "پر", "کم", "بد", "ضد", "به", "تک", "چند", "فرا", "نیم")
)  # fmt: skip

# Endings that are written without a half-space: a word that ends so is no compound.
ENDINGS: tuple[str, ...] = (
    "ی", "ان", "انی", "ات", "اتی", "م", "ت", "ش", "ین", "یم", "ید", "ند", "گان", "گی", "یان", "یی", "یت", "انه",
    *POSSESSIVES,
)  # fmt: skip

# How family names end; they are never cut: علیپور، حسن‌زاده.
NAME_TAILS: tuple[str, ...] = ("پور", "زاده", "نژاد", "وند", "فر", "لو", "نیا", "یان", "خانی", "اللهی")

# Endings without a half-space that a listed compound may take: دانش‌آموزان، برنامه‌ریزان، نقش‌آفرینانه.
COMPOUND_ENDINGS: tuple[str, ...] = ("ان", "انی", "انه", "ی", "یی", "گان", "ات")
