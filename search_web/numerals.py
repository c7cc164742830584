"""Numbers as Persian readers write them: ۱٬۲۳۴ and ۰٫۰۳."""

from persiantools import digits

_SEPARATORS = str.maketrans({",": "٬", ".": "٫"})


def persian_digits(value: object) -> str:
    """Return `str(value)` with its ASCII digits made Persian, all else as it is."""
    return digits.en_to_fa(str(value))


def persian_count(number: int) -> str:
    """Return a whole number with Persian digits and thousands separators: ۱٬۲۳۴."""
    return persian_digits(f"{number:,}".translate(_SEPARATORS))


def persian_seconds(milliseconds: float) -> str:
    """Return a duration as seconds with two decimals, never less than ۰٫۰۱."""
    return persian_digits(f"{max(milliseconds / 1000, 0.01):,.2f}".translate(_SEPARATORS))
