"""The Persian texts of the pages: names of modes and fields, and error messages."""

from werkzeug.exceptions import HTTPException

from indexer.errors import IndexUnusable, KhabaryabError, UsageError
from search_web.contract.answers import DEPTH_LIMIT
from search_web.contract.parameters import CLAUSES_LIMIT, SIZE_LIMIT, TEXT_LIMIT, ParameterError
from search_web.text.numerals import persian_count

MODES = {"hybrid": "ترکیبی", "keyword": "واژگانی", "semantic": "معنایی"}
MODE_HINTS = {
    "hybrid": "هم بر پایهٔ واژه‌ها، هم بر پایهٔ معنا",
    "keyword": "خبرهایی که همین واژه‌ها را دارند",
    "semantic": "خبرهایی با معنای نزدیک، حتی با واژه‌های دیگر",
}
SORTS = {"relevance": "مرتبط‌ترین", "newest": "تازه‌ترین"}
FIELDS = {
    "q": "عبارت جست‌وجو",
    "mode": "شیوهٔ جست‌وجو",
    "source": "منبع",
    "category": "دسته",
    "from": "از تاریخ",
    "to": "تا تاریخ",
    "sort": "ترتیب",
    "page": "شمارهٔ صفحه",
    "size": "شمار خبرها در هر صفحه",
    "fusion": "روش ترکیب",
    "semantic_weight": "وزن معنا",
    "explain": "توضیح رتبه",
    "collapse": "یکی‌کردن خبرهای مشابه",
    "recency_half_life": "نیمه‌عمر تازگی",
}
_LIMITS = {
    "page": f"تنها {persian_count(DEPTH_LIMIT)} خبر نخست را می‌توان ورق زد؛ جست‌وجو را دقیق‌تر کنید.",
    "size": f"در هر صفحه بیش از {persian_count(SIZE_LIMIT)} خبر نشان داده نمی‌شود.",
}
_TOO_MANY_CLAUSES = (
    f"بیش از {persian_count(CLAUSES_LIMIT)} عبارتِ درون گیومه، واژهٔ عنوان و واژهٔ منفی در یک جست‌وجو "
    "پذیرفته نمی‌شود؛ از شمار آن‌ها بکاهید."
)
_NO_VECTORS = "این نمایه جست‌وجوی معنایی ندارد؛ همین عبارت را بر پایهٔ واژه‌ها جست‌وجو کنید."
_HTTP = {
    404: ("صفحه پیدا نشد", "در این نشانی چیزی نیست؛ شاید پیوند قدیمی یا ناقص باشد."),
    405: ("درخواست پذیرفته نشد", "این نشانی تنها برای خواندن است."),
    503: ("جست‌وجو اکنون ممکن نیست", "جست‌وجوهای بسیاری در جریان است. چند لحظهٔ دیگر دوباره تلاش کنید."),
}


def explained_parameter(error: ParameterError) -> str:
    """Return one Persian sentence that says what the reader should change in the form."""
    field = FIELDS.get(error.parameter, error.parameter)
    if error.fault == "reversed-dates":
        return "تاریخ آغاز از تاریخ پایان دیرتر است؛ جای آن دو را عوض کنید."
    if error.fault == "limit-exceeded":
        if error.parameter == "q" and error.limit == CLAUSES_LIMIT:
            return _TOO_MANY_CLAUSES
        text = f"«{field}» بیش از {persian_count(TEXT_LIMIT)} نویسه دارد؛ آن را کوتاه‌تر کنید."
        return _LIMITS.get(error.parameter, text)
    if error.parameter in {"from", "to"}:
        return f"تاریخ واردشده در «{field}» درست نیست؛ آن را به شکل ۱۴۰۴/۰۸/۲۷ بنویسید."
    return f"مقدار «{field}» در نشانی این صفحه معتبر نیست."


def explained_error(error: Exception) -> tuple[int, str, str]:
    """Return HTTP status, heading and one Persian sentence for an error, without technical details."""
    if isinstance(error, ParameterError):
        return 400, "درخواست نادرست", explained_parameter(error)
    if isinstance(error, UsageError):
        return 400, "درخواست نادرست", _NO_VECTORS
    if isinstance(error, IndexUnusable):
        return 503, "جست‌وجو اکنون ممکن نیست", "نمایهٔ خبرها در دسترس نیست. چند لحظهٔ دیگر دوباره تلاش کنید."
    if isinstance(error, KhabaryabError):
        return 503, "جست‌وجو اکنون ممکن نیست", "بخشی از جست‌وجو کار نمی‌کند. چند لحظهٔ دیگر دوباره تلاش کنید."
    if isinstance(error, HTTPException) and error.code in _HTTP:
        return error.code, *_HTTP[error.code]
    if isinstance(error, HTTPException) and error.code and error.code < 500:
        return error.code, "درخواست نادرست", "به این درخواست نمی‌توان پاسخ داد."
    return 500, "خطای سرور", "هنگام پاسخ به این درخواست خطایی رخ داد و ثبت شد. کمی بعد دوباره تلاش کنید."
