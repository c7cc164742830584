"""The marks of the query syntax: every quotation mark, minus and colon, with invisible marks anywhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_web.understanding.syntax import Clause, clauses, visible

ZWNJ = "\u200c"
INVISIBLE = [
    *map(chr, [0x200D, 0x200E, 0x200F, 0x061C, 0xFEFF, 0x00AD, 0x2060, 0xFE0F, 0x034F]),
    *map(chr, range(0x2066, 0x206A)),
    *map(chr, range(0x202A, 0x202F)),
]
WRITTEN = {
    "بانک -بورس": [Clause("بانک"), Clause("بورس", excluded=True)],
    "عنوان:زعفران قائنات": [Clause("زعفران", in_title=True), Clause("قائنات")],
    "title: «زعفران قائنات»": [Clause("زعفران قائنات", is_phrase=True, in_title=True)],
    'نرخ "ارز آزاد" -عنوان:دلار': [
        Clause("نرخ"),
        Clause("ارز آزاد", is_phrase=True),
        Clause("دلار", in_title=True, excluded=True),
    ],
    '-"سکه امامی"': [Clause("سکه امامی", is_phrase=True, excluded=True)],
}


def read(typed: str) -> list[Clause]:
    return list(clauses(typed))


@pytest.mark.parametrize("mark", INVISIBLE, ids=lambda mark: f"U+{ord(mark):04X}")
@pytest.mark.parametrize("typed", WRITTEN)
def test_an_invisible_mark_anywhere_changes_nothing(typed: str, mark: str) -> None:
    for at in range(len(typed) + 1):
        assert read(typed[:at] + mark + typed[at:]) == WRITTEN[typed]
    assert read(mark.join(typed)) == WRITTEN[typed]


@pytest.mark.parametrize("half_space", [ZWNJ, "\u200b"])
@pytest.mark.parametrize("typed", WRITTEN)
def test_a_half_space_beside_an_operator_a_quotation_mark_or_a_space_changes_nothing(
    typed: str, half_space: str
) -> None:
    for at in range(len(typed) + 1):
        if not (typed[at - 1 : at].isalpha() and typed[at : at + 1].isalpha()):
            assert read(typed[:at] + half_space + typed[at:]) == WRITTEN[typed]


@pytest.mark.parametrize("word", [f"می{ZWNJ}رود", f"کتاب{ZWNJ}ها", f"تجهیزاتِ{ZWNJ}شان", f"می{ZWNJ}ُبرد"])
def test_a_half_space_inside_a_word_stays(word: str) -> None:
    assert read(word) == [Clause(word)]
    assert read(f"-{word} «{word}»") == [Clause(word, excluded=True), Clause(word, is_phrase=True)]


@pytest.mark.parametrize(
    "marks",
    [
        ('"', '"'), ("«", "»"), ("“", "”"), ("‹", "›"), ("<<", ">>"), ("＂", "＂"), ("″", "″"), ("''", "''"),
        ("„", "“"), ("„", "”"), ("‟", "”"), (",,", "''"), ("❝", "❞"), ("《", "》"), ("≪", "≫"),
        ("»", "«"), ("”", "“"), (">>", "<<"), ("›", "‹"),  # the wrong way round
        ("”", "”"), ("“", "“"), ("»", "»"), ("«", "«"),  # the same key twice
        ("“", '"'), ('"', "”"), ("«", '"'), ('"', "»"), ("<<", "»"), ("„", '"'), ("″", "”"), ("«", ">>"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("minus", ["", "-"])
@pytest.mark.parametrize("field", ["", "عنوان:", "عنوان : "])
def test_quotation_marks_of_every_kind_and_direction_make_a_phrase(
    marks: tuple[str, str], minus: str, field: str
) -> None:
    opening, closing = marks
    phrase = Clause("بهای نان", is_phrase=True, in_title=bool(field), excluded=bool(minus))
    for end in ("", "\n", "، "):
        found = read(f"گران {minus}{field}{opening}بهای نان{closing}{end}")
        assert found[:2] == [Clause("گران"), phrase]


@pytest.mark.parametrize(
    ("typed", "phrases"),
    [
        ("«نان» و «آب»", ["نان", "آب"]),
        ('"نان" و "آب"', ["نان", "آب"]),
        ('"نان"آب"برق"', ["نان", "برق"]),
        ("نان» و «آب»", ["آب"]),  # what is left of a longer quotation
        ("«نان و «آب»", ["نان و «آب"]),
        ('«نان و "آب"', ["آب"]),
        ("»نان« و »آب«", ["نان", "آب"]),
        ("”نان“ و “آب”", ["نان", "آب"]),
        ('«بهای "نان تازه" امروز»', ['بهای "نان تازه" امروز']),
        ("“بهای «نان تازه» امروز”", ["بهای «نان تازه» امروز"]),
        ('تلویزیون 55" و 65" نو', []),  # inches
        ("Xi'an و Côte d'Ivoire", []),  # apostrophes
        ("نان » و آب", []),
        ("۵ < ۷ و ۸ > ۶", []),
    ],
)
def test_each_quotation_mark_finds_its_partner(typed: str, phrases: list[str]) -> None:
    assert [clause.text for clause in read(typed) if clause.is_phrase] == phrases


@pytest.mark.parametrize("minus", "-−–—‐‑‒﹣－")
def test_every_minus_sign_at_the_start_of_a_word_excludes_it(minus: str) -> None:
    assert read(f"تهران {minus}مشهد") == [Clause("تهران"), Clause("مشهد", excluded=True)]
    assert read(f"{minus}«نان تازه»") == [Clause("نان تازه", is_phrase=True, excluded=True)]
    assert read(f"{minus}عنوان:نان") == [Clause("نان", in_title=True, excluded=True)]


@pytest.mark.parametrize("minus", "-−–—‐‑‒﹣－")
@pytest.mark.parametrize(
    "typed", ["تهران {} مشهد", "تهران{}مشهد", "تهران{} مشهد", "{} مشهد", "{}۵ درجه", "{}{}مشهد"]
)
def test_a_dash_between_words_or_before_a_number_excludes_nothing(typed: str, minus: str) -> None:
    assert not any(clause.excluded for clause in read(typed.replace("{}", minus)))


@pytest.mark.parametrize("colon", [":", "：", "﹕", "∶", " :", ": ", " ： ", "\u00a0:\u00a0", ":\t"])
@pytest.mark.parametrize("field", ["title", "TITLE", "عنوان", "عن\u200fوان"])
def test_every_colon_after_a_field_name_searches_the_title(field: str, colon: str) -> None:
    assert read(f"{field}{colon}زعفران") == [Clause("زعفران", in_title=True)]


@pytest.mark.parametrize("typed", ['-"نان تازه', "-«نان تازه", "-“نان تازه"])
def test_an_operator_before_an_unpaired_quotation_mark_applies_to_the_next_word(typed: str) -> None:
    assert read(typed) == [Clause("نان", excluded=True), Clause("تازه")]


_MARKS = st.text(st.sampled_from("اب ۵-–«»“”„\"'<>:,()\u200c\u200f\u064bعنوان"), max_size=40)


@given(st.text(max_size=60) | _MARKS)
def test_reading_a_query_never_fails_and_loses_no_letter(typed: str) -> None:
    def letters(text: str) -> int:
        return sum(unicodedata.category(character).startswith("L") for character in text)

    found = read(typed)
    fields = sum(clause.in_title for clause in found)
    assert letters(typed) == letters("".join(clause.text for clause in found)) + 5 * fields


@given(st.text(max_size=60) | _MARKS)
def test_dropping_invisible_marks_is_idempotent(typed: str) -> None:
    once = visible(typed)
    assert visible(once) == once
