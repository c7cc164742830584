"""Formats numbers as Persian readers write them: ۱٬۲۳۴ and ۰٫۰۳."""

from persiantools import digits

_SEPARATORS = str.maketrans({",": "٬", ".": "٫"})


def persian_digits(value: object) -> str:
    """Return `str(value)` with ASCII digits replaced by Persian digits, and nothing else changed."""
    return digits.en_to_fa(str(value))


def persian_count(number: int) -> str:
    """Return a whole number with Persian digits and thousands separators: ۱٬۲۳۴."""
    return persian_digits(f"{number:,}".translate(_SEPARATORS))


def persian_seconds(milliseconds: float) -> str:
    """Return a duration, given in milliseconds, as seconds with two decimals; at least ۰٫۰۱."""
    return persian_digits(f"{max(milliseconds / 1000, 0.01):,.2f}".translate(_SEPARATORS))


def persian_days(days: float) -> str:
    """Return a duration as «۳۰ روز» (days), or in hours («ساعت») below one day; at most two decimals."""
    number, unit = (days, "روز") if days >= 1 else (days * 24, "ساعت")
    return persian_digits(f"{f'{number:.2f}'.rstrip('0').rstrip('.').translate(_SEPARATORS)} {unit}")
