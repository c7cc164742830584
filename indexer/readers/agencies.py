"""Finds the news agency that an article names as its source.

Examples: «به گزارش ایلنا،» ("ILNA reports,"), «خبرگزاری مهر:» ("Mehr News Agency:"), «تهران - ایرنا -»
("Tehran - IRNA -").
"""

import re
import unicodedata
from collections.abc import Iterable

WINDOW = 300
"""How many characters at the beginning are searched. A later name is usually somebody who is quoted."""

# Names that hardly mean anything else. They are recognised wherever an agency can be named.
_DISTINCT = (
    *(
        "ایرنا",
        "ایسنا",
        "ایلنا",
        "ایکنا",
        "ایبنا",
        "ایمنا",
        "ایانا",
        "تسنیم",
        "برنا",
        "پانا",
        "شانا",
        "رکنا",
        "ابنا",
    ),
    *("خانه ملت", "صدا و سیما", "باشگاه خبرنگاران جوان", "باشگاه خبرنگاران", "ورزش سه", "دفاع پرس"),
    *("تابناک", "فرارو", "جماران", "خبرآنلاین", "همشهری آنلاین", "جام جم آنلاین", "عصر ایران", "مشرق نیوز"),
    *("رویترز", "آسوشیتدپرس", "شینهوا", "اینترفکس", "اسپوتنیک", "آناتولی", "بی‌بی‌سی"),
)
# Names that are also everyday words (a province, a month, a measure). They need a context that shows an
# agency.
_EVERYDAY = ("فارس", "مهر", "میزان", "شبستان", "آنا", "آریا")
# The full names of agencies after «خبرگزاری» ("news agency"), and their usual short names.
_IN_FULL = {
    "جمهوری اسلامی": "ایرنا",
    "جمهوری اسلامی ایران": "ایرنا",
    "دانشجویان ایران": "ایسنا",
    "کار ایران": "ایلنا",
    "کتاب ایران": "ایبنا",
    "بین‌المللی قرآن": "ایکنا",
    "قوه قضاییه": "میزان",
    "قوه قضائیه": "میزان",
    "علم و فناوری": "علم و فناوری",
}
# Words after «خبرگزاری» that describe an agency instead of naming it.
_DESCRIBING = (
    *(
        "ما",
        "شما",
        "این",
        "آن",
        "یک",
        "هر",
        "همین",
        "همان",
        "مذکور",
        "مزبور",
        "معتبر",
        "مشهور",
        "بزرگ",
        "وابسته",
        "خبری",
    ),
    *(
        "رسمی",
        "غیررسمی",
        "نیمه",
        "نیمه‌رسمی",
        "دولتی",
        "خصوصی",
        "مستقل",
        "داخلی",
        "خارجی",
        "محلی",
        "ملی",
        "منطقه‌ای",
    ),
    *(
        "بین‌المللی",
        "بین",
        "کشور",
        "کشورمان",
        "ایرانی",
        "عربی",
        "غربی",
        "در",
        "از",
        "با",
        "به",
        "را",
        "که",
        "و",
    ),
    *("است", "بود", "اعلام", "گزارش", "نوشت"),
)

_GAP = r"[\s\u200c]*"
_END = r"(?![\w\u200c])"
_OPEN, _CLOSE = "[«\"“”'‘]", "[»\"“”'’]"
_DASH = r"[-\u2010-\u2015−/|_]"
_WORD = r"[^\W\d_][\w\u200c]+"
_PAUSE = rf"(?={_GAP}(?:[،,:؛;.()«»\"“”]|{_DASH}|$|(?:به{_GAP}نقل|از|در|و)\s))"


def _key(name: str) -> str:
    """Return the key of a name for comparisons: without spaces and half-spaces (U+200C)."""
    return re.sub(r"[\s\u200c]", "", name)


def _any_of(names: Iterable[str]) -> str:
    """Return a pattern of the names, longest first; their gaps may be spaces, half-spaces or nothing."""
    spelled = (_GAP.join(re.split(r"[\s\u200c]+", name)) for name in sorted(names, key=len, reverse=True))
    return rf"(?:{'|'.join(spelled)}){_END}"


_CANONICAL = {_key(name): name for name in (*_DISTINCT, *_EVERYDAY)} | {
    _key(name): short for name, short in _IN_FULL.items()
}
_REFUSED = frozenset(map(_key, _DESCRIBING))

_AGENCY = rf"(?:خبر{_GAP}گزاری{_GAP})+(?!(?:ها|های|هایی|هایش){_END})"
_OUTLET = rf"(?:پایگاه|وب{_GAP}سایت|سایت|شبکه)\s+خبری(?:{_GAP}[-–و]?{_GAP}تحلیلی)?\s+"
_STAFF = (
    r"(?:خبرنگاران|خبرنگار|گزارشگر|گروه|سرویس|حوزه|دفتر|بخش)\s+"
    r"(?:(?!به\s|استان\s|خلیج\s|زبان\s)[\w\u200c]+\s+){0,7}?"
)
_REPORT = rf"\bبه?{_GAP}گزارش{_GAP}(?:{_STAFF})?"
# «در گفت‌وگو با خبرنگار …» ("in an interview with the reporter of …") names the agency that sent the reporter.
_TALK = rf"گو{_GAP}با\s+{_STAFF}"
_QUOTED = rf"{_OPEN}{{1,2}}\s*(?P<name>{_WORD}(?:\s+[\w\u200c]+){{0,3}})\s*{_CLOSE}"
_KNOWN = rf"(?P<name>{_any_of(_DISTINCT)})"
_DOUBTFUL = rf"(?P<name>{_any_of(_EVERYDAY)})"
_AFTER_NOUN = rf"(?P<name>{_any_of(_CANONICAL.keys() | set(_IN_FULL) | set(_DISTINCT))}|{_WORD})"
# A name of one or two words may be recognisable only by the comma after it: «به گزارش آوای شهر،». This place
# often has a day, a person or an office instead, which these words exclude.
_NOT_NAMES = (
    *(
        "روز",
        "دیروز",
        "امروز",
        "شب",
        "صبح",
        "هفته",
        "ماه",
        "سال",
        "خبرنگار",
        "خبرنگاران",
        "گزارشگر",
        "گروه",
        "سرویس",
    ),
    *(
        "روابط",
        "مرکز",
        "سازمان",
        "وزارت",
        "اداره",
        "پایگاه",
        "سایت",
        "روزنامه",
        "شبکه",
        "دفتر",
        "ستاد",
        "پلیس",
    ),
    *(
        "بانک",
        "شرکت",
        "دانشگاه",
        "استانداری",
        "فرمانداری",
        "شهرداری",
        "دادستانی",
        "سخنگوی",
        "معاون",
        "مدیر",
        "رئیس",
    ),
    *("این", "آن", "همین", "یک", "ما", "تیم", "کمیته", "کمیسیون", "مجلس", "دولت", "هواشناسی", "اورژانس"),
)
_SHORT_NAME = rf"(?!خبرگزاری|منابع|(?:{'|'.join(_NOT_NAMES)}){_END}){_WORD}(?:\s{_WORD})?"
# A line may begin with a place: «تهران - ایرنا -», «شیراز (پانا):».
_LINE = rf"^[\s(]*(?:{_WORD}(?:\s{_WORD})?{_GAP}(?:{_DASH}|[،:(]){_GAP})?"
_LINE_PAUSE = rf"{_GAP}(?:[،,:؛;)»]|{_DASH})"

_PATTERNS = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        rf"{_REPORT}{_AGENCY}{_QUOTED}",
        rf"{_REPORT}{_AGENCY}{_AFTER_NOUN}",
        rf"{_REPORT}{_OUTLET}{_QUOTED}",
        rf"{_REPORT}{_OUTLET}(?P<name>{_WORD}){_PAUSE}",
        rf"{_REPORT}{_KNOWN}",
        rf"{_REPORT}{_DOUBTFUL}{_PAUSE}",
        rf"{_REPORT}{_QUOTED}",
        rf"{_TALK}{_AGENCY}{_AFTER_NOUN}",
        rf"{_TALK}{_KNOWN}",
        rf"{_TALK}{_DOUBTFUL}{_PAUSE}",
        rf"{_REPORT}(?P<name>(?:{_WORD}\s)?[\w\u200c]*(?:نیوز|آنلاین)){_END}",
        rf"^\s*به{_GAP}گزارش{_GAP}(?P<name>{_SHORT_NAME})(?=[،,])",
        rf"{_LINE}(?:{_STAFF})?{_AGENCY}{_QUOTED}{_LINE_PAUSE}",
        rf"{_LINE}(?:{_STAFF})?{_AGENCY}{_AFTER_NOUN}{_LINE_PAUSE}",
        rf"{_LINE}{_KNOWN}{_LINE_PAUSE}",
        rf"^[\s]*به{_GAP}نقل\s+از\s+(?:{_AGENCY})?{_KNOWN}",
        rf"\({_GAP}(?P<name>{_any_of((*_DISTINCT, *_EVERYDAY))}){_GAP}\)[\s.:]*$",
    )
)

_FOLDED = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "\u00a0": " "})
_INVISIBLE = re.compile(r"[\u00ad\u200b\u200d-\u200f\u202a-\u202e\u2066-\u2069\ufeff\u064b-\u0652\u0670]")
_LONG_DASH = re.compile(r"(?<!\w)\u0640+|\u0640+(?!\w)")


def find_agency(text: str) -> str:
    """Return the agency that the first WINDOW characters name, in normal Persian letters; "" if none.

    An unknown agency is found too, if «خبرگزاری», quotation marks or the like show that the text names one. A
    full name is replaced by its short name: «دانشجویان ایران» is ایسنا.
    """
    beginning = _fold(text if len(text) <= WINDOW else re.sub(r"\S+\Z", "", text[:WINDOW]))
    found = (match for pattern in _PATTERNS for match in pattern.finditer(beginning))
    for match in sorted(found, key=re.Match.start):
        if name := _name(match["name"]):
            return name
    return ""


def _fold(text: str) -> str:
    text = unicodedata.normalize("NFC", text).translate(_FOLDED)
    return _LONG_DASH.sub("-", _INVISIBLE.sub("", text)).replace("\u0640", "")


def _name(found: str) -> str:
    name = " ".join(re.sub(rf"^(?:{_AGENCY}|{_OUTLET})", "", found).split()).strip("\u200c ")
    if _key(name) in _REFUSED:
        return ""
    return _CANONICAL.get(_key(name), name)
