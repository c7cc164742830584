"""Figures: grouping, decimals with a slash, percent signs, figures beside letters."""

import pytest

from indexer.persian.analyzer import PersianAnalyzer, Term


def terms(text: str, analyzer: PersianAnalyzer) -> list[tuple[str, int]]:
    return [(term.text, term.position) for term in analyzer.words(text)]


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("۲/۴۵۰/۰۰۰", "2450000"),
        ("۲.۴۵۰.۰۰۰", "2450000"),
        ("۲٬۴۵۰٬۰۰۰", "2450000"),
        ("۲،۴۵۰،۰۰۰", "2450000"),
        ("2,450,000", "2450000"),
        ("12.345.678", "12345678"),
        ("۱۵.۰۰۰", "15000"),
        ("۱۵/۰۰۰", "15000"),
        ("1,234.5", "1234.5"),
    ],
)
def test_a_grouped_number_has_one_reading(written: str, number: str, analyzer: PersianAnalyzer) -> None:
    assert terms(f"{written} تومان", analyzer) == [(number, 0), ("تومان", 1)]


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("۳/۷", ["3.7", "3", "7"]),
        ("۰/۵", ["0.5", "0", "5"]),
        ("12/75", ["12.75", "12", "75"]),
        ("۰۸/۲۷", ["8", "27"]),  # a month and a day
    ],
)
def test_a_slash_is_a_decimal_point_or_separates_two_numbers(
    written: str, readings: list[str], analyzer: PersianAnalyzer
) -> None:
    assert terms(f"{written} درصد", analyzer) == [*((text, 0) for text in readings), ("درصد", 1)]


@pytest.mark.parametrize("date", ["۱۴۰۳/۵/۱۲", "1403/05/12", "۱۴۰۳/۰۵/۱۲"])
def test_a_date_is_found_by_year_month_and_day(date: str, analyzer: PersianAnalyzer) -> None:
    assert terms(f"در {date} بود", analyzer)[1:4] == [("1403", 1), ("5", 2), ("12", 3)]


@pytest.mark.parametrize("written", ["۵٪", "٪۵", "5%", "%5", "۵ ٪", "۵\u00a0٪", "۵ درصد", "۵درصد"])
def test_the_percent_sign_is_a_word_after_the_number(written: str, analyzer: PersianAnalyzer) -> None:
    text = f"رشد {written} بود"
    assert terms(text, analyzer) == [("رشد", 0), ("5", 1), ("درصد", 2), ("بود", 3)]
    assert analyzer.streams(text).surface_forms[1:3] == ["5", "درصد"]


def test_the_spans_of_a_number_and_its_percent_sign_are_their_own(analyzer: PersianAnalyzer) -> None:
    assert analyzer.words("٪۵٫۵") == [Term("5.5", 0, 1, 4), Term("درصد", 1, 0, 1)]
    assert analyzer.words("۵ ٪") == [Term("5", 0, 0, 1), Term("درصد", 1, 1, 3)]


FAMILIES = """
F14 F-14 F_14 f۱۴ F۱۴
covid19 Covid-19 COVID_19 COVID۱۹
iPhone15 iphone_15 IPHONE-15
کووید۱۹ کووید-۱۹ کووید_۱۹ کووید‌۱۹ كوويد19 کووید₁₉
اف۱۶ اف-۱۶ اف_۱۶ اف‌16
CO2 CO₂ co_2
H2O H₂O h_2_o
PM2.5 PM₂.₅ PM_2.5 pm-۲٫۵
m2 m² m_2
5G 5-G ۵G
"""


@pytest.mark.parametrize("family", FAMILIES.strip().splitlines())
def test_letters_meet_figures_joined_or_apart(family: str, analyzer: PersianAnalyzer) -> None:
    first, *others = (terms(written.replace("_", " "), analyzer) for written in family.split())
    assert all(other == first for other in others), family


@pytest.mark.parametrize(
    "written", ["VPNهای", "VPN‌های", "VPN های", "VPNها", "VPNهایشان", "VPNی", "VPNش", "VPN‌ش", "VPN"]
)
def test_a_persian_suffix_of_a_latin_word_belongs_to_it(written: str, analyzer: PersianAnalyzer) -> None:
    assert analyzer.words(f"چند {written} تازه")[1:] == [
        Term("vpn", 1, 4, 4 + len(written)),
        Term("تازه", 2, 5 + len(written), 9 + len(written)),
    ]


def test_a_persian_word_beside_a_latin_one_is_no_suffix(analyzer: PersianAnalyzer) -> None:
    assert terms("ICTایران", analyzer) == [("ict", 0), ("ایران", 1)]
    assert terms("VPN ش", analyzer) == [("vpn", 0), ("ش", 1)]
    assert terms("۱۲ها", analyzer) == [("12", 0), ("ها", 1)]
