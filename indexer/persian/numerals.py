"""Splits numerals in one piece: بیستودو is «بیست و دو» ("twenty-two"), صدهزار is «صد هزار» ("100,000").

Currencies and counted units are split off too: هزارتومان is «هزار تومان» ("1,000 tomans").
"""

import re

_UNITS = "یک|دو|سه|چهار|پنج|شش|هفت|هشت|نه"
_TEENS = "ده|یازده|دوازده|سیزده|چهارده|پانزده|شانزده|هفده|هجده|نوزده"
_TENS = "بیست|سی|چهل|پنجاه|شصت|هفتاد|هشتاد|نود"
_HUNDREDS = "صد|یکصد|دویست|سیصد|چهارصد|پانصد|ششصد|هفتصد|هشتصد|نهصد"
_LARGE = "هزار|میلیون|میلیارد"
_ORDINAL = "م|مین"
_NUMERAL = re.compile(
    rf"(?:({_HUNDREDS})(و))?({_TENS})(و)((?:{_UNITS}|سوم?)(?:{_ORDINAL})?)"
    rf"|({_HUNDREDS})(و)((?:{_UNITS}|{_TEENS}|{_TENS})(?:{_ORDINAL})?)"
    rf"|({_UNITS}|{_TEENS}|{_TENS}|{_HUNDREDS})({_LARGE})"
    rf"|({_LARGE})(تومان|ریال|دلار|نفر|تن)"
)


def numeral(word: str) -> tuple[str, ...]:
    """Return the parts of a numeral in one piece: بیست، و، دو. Return () if the word is not one."""
    match = _NUMERAL.fullmatch(word)
    return tuple(filter(None, match.groups())) if match else ()
