"""The Persian analyzer: positions, spans and alternative readings of terms."""

import subprocess
import sys
from collections.abc import Callable
from types import FrameType

import pytest
from commands import HANGS
from hypothesis import given
from hypothesis import strategies as st

from indexer.persian.analyzer import PersianAnalyzer, Term, persian_analyzer
from indexer.persian.characters import HALF_SPACE, fold
from indexer.persian.lexicon import load_lexicon
from indexer.persian.stop_words import STOP_WORDS
from indexer.persian.tokens import LONGEST

TraceFunction = Callable[[FrameType, str, object], object]


def spans(text: str, analyzer: PersianAnalyzer) -> list[tuple[str, str]]:
    return [(term.text, text[term.start : term.end]) for term in analyzer.words(text)]


def test_each_part_of_a_compound_has_its_own_position(analyzer: PersianAnalyzer) -> None:
    assert analyzer.words("رئیس‌جمهور آمد") == [
        Term("رییس", 0, 0, 4),
        Term("جمهور", 1, 5, 10),
        Term("امد", 2, 11, 14),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("منطقه ای", [("منطقه", "منطقه ای")]),
        ("منطقه‌ای", [("منطقه", "منطقه‌ای")]),
        ("منطقهای", [("منطقه", "منطقهای")]),
        ("می شود", [("شود", "می شود")]),
        ("نمی‌شود", [("شود", "نمی‌شود")]),
        ("کتاب های", [("کتاب", "کتاب های")]),
        ("بزرگ ترین", [("بزرگ", "بزرگ ترین")]),
        ("برنامه‌ریزی های", [("برنامه", "برنامه"), ("ریزی", "ریزی های")]),
        ("سیاست‌گذاری‌های", [("سیاست", "سیاست"), ("گذاری", "گذاری‌های")]),
        ("برمی‌گردد", [("بر", "برمی"), ("گردد", "گردد")]),
    ],
)
def test_the_span_of_a_term_includes_its_affixes(
    text: str, expected: list[tuple[str, str]], analyzer: PersianAnalyzer
) -> None:
    assert spans(text, analyzer) == expected


def test_an_affix_attaches_only_to_a_host_word_beside_it(analyzer: PersianAnalyzer) -> None:
    assert [term.text for term in analyzer.words("منطقه، ای")] == ["منطقه", "ای"]
    assert [term.text for term in analyzer.words("ای ایران")] == ["ای", "ایران"]
    assert [term.text for term in analyzer.words("می\nشود")] == ["می", "شود"]
    assert [term.text for term in analyzer.words("۱۲ تر")] == ["12", "تر"]


GAPS = [
    *(" ", "  ", "\u00a0", "\u2009", "\u202f", "\u200c", "\u200c ", " \u200c", "\u200c\u200c", "\u00a0 "),
    *("\u200b ", " \u00ac", "\u200f ", " \u00ad", " \u200c ", "\ufeff "),
]


@pytest.mark.parametrize("gap", GAPS)
def test_a_few_blanks_of_any_kind_separate_an_affix_from_its_word(
    gap: str, analyzer: PersianAnalyzer
) -> None:
    text = f"روزنامه{gap}های محلی"
    assert analyzer.words(text) == [
        Term("روزنامه", 0, 0, 10 + len(gap)),
        Term("محلی", 1, 11 + len(gap), 15 + len(gap)),
    ]
    assert [term.text for term in analyzer.words(f"نمی{gap}شود گفت{gap}و{gap}گو")] == ["شود", "گفتگو"]
    assert analyzer.words(f"کتاب{gap}خانه")[-1].position <= 1


@pytest.mark.parametrize("gap", ["\n", "\r\n", "\t", "\u2028", "\u2029", "\n\u200c", " \n ", "    ", "، "])
def test_a_line_break_a_tab_or_a_wide_gap_parts_an_affix_from_its_word(
    gap: str, analyzer: PersianAnalyzer
) -> None:
    assert [term.text for term in analyzer.words(f"روزنامه{gap}های")] == ["روزنامه", "های"]


def test_the_verb_prefix_attaches_only_to_verbs(analyzer: PersianAnalyzer) -> None:
    assert [term.text for term in analyzer.words("می ناب")] == ["می", "ناب"]


def test_an_ambiguous_joined_spelling_keeps_both_readings_at_one_position(analyzer: PersianAnalyzer) -> None:
    assert analyzer.words("نقشهای تازه") == [
        Term("نقش", 0, 0, 6),
        Term("نقشه", 0, 0, 6),
        Term("تازه", 1, 7, 11),
    ]


def test_a_guessed_compound_is_indexed_in_parts_and_as_a_whole(analyzer: PersianAnalyzer) -> None:
    assert [(term.text, term.position) for term in analyzer.words("ایرانهراسی")] == [
        ("ایران", 0),
        ("هراسی", 1),
        ("ایرانهراسی", 0),
    ]


def test_two_neighbouring_words_also_yield_the_word_they_form_together(analyzer: PersianAnalyzer) -> None:
    text = "کتاب خانه ملی"
    assert Term("کتابخانه", 1, 0, 9) in analyzer.words(text)
    assert "کتابخانه" not in [term.text for term in analyzer.words("کتاب، خانه")]


@pytest.mark.parametrize(
    "texts",
    [
        ("سخنان رئیس‌جمهور ایران", "سخنان رئیسجمهور ایران", "سخنان رئیس جمهور ايران"),
        ("امنیت منطقه‌ای می‌شود", "امنیت منطقهای میشود", "امنیت منطقه ای می شود"),
        ("برنامه‌ریزی‌های تازه", "برنامهریزیهای تازه", "برنامه ریزی های تازه"),
    ],
)
def test_a_phrase_has_the_same_terms_at_the_same_positions_in_each_spelling(
    texts: tuple[str, ...], analyzer: PersianAnalyzer
) -> None:
    half_space, *others = ([(term.text, term.position) for term in analyzer.words(text)] for text in texts)
    assert all(other == half_space for other in others)


def test_the_span_of_a_term_includes_decomposed_letters(analyzer: PersianAnalyzer) -> None:
    text = "در ا\u0653ب\u200cهای خانه\u0654 ما"
    assert spans(text, analyzer)[1:3] == [("اب", "ا\u0653ب\u200cهای"), ("خانه", "خانه\u0654")]


def test_a_text_without_words_yields_no_terms(analyzer: PersianAnalyzer) -> None:
    assert analyzer.words("") == analyzer.words(" \n«»، … ـ \u200c\u064b") == []
    assert analyzer.streams("").stems == []


def test_stop_words_are_folded_and_exclude_content_words(analyzer: PersianAnalyzer) -> None:
    assert all(analyzer.is_stop_word(word) for word in ("و", "از", "که"))
    assert not any(analyzer.is_stop_word(word) for word in ("ایران", "جمهور"))
    assert {term.text for word in STOP_WORDS for term in analyzer.words(word)} <= STOP_WORDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بین‌المللی", "بین المللی"),
        ("بین المللی", "بین المللی"),
        ("بینالمللی", "بین المللی"),
        ("پیش‌بینی زلزله", "پیش بینی زلزله"),
        ("بین تهران و قم", "تهران قم"),
        ("بین، المللی", "المللی"),
        ("حمل‌ونقل", "حمل نقل"),  # و is left out: every article has it
        ("گفته‌بود", "گفته"),
        ("رئیس‌جمهور از تهران", "رییس جمهور تهران"),
        ("از به", "از به"),
        ("", ""),
    ],
)
def test_a_stop_word_at_the_start_of_a_compound_counts_as_content(
    text: str, expected: str, analyzer: PersianAnalyzer
) -> None:
    assert [term.text for term in analyzer.content_words(text)] == expected.split()


@given(st.text(st.sampled_from("ابینمللیپشگفتوجرهد \u200c")))
def test_content_words_keep_every_non_stop_word_and_are_empty_only_without_words(text: str) -> None:
    analyzer = persian_analyzer()
    words, content = analyzer.words(text), analyzer.content_words(text)
    assert [word for word in words if word in content] == content
    assert bool(content) == bool(words)
    assert all(word in content for word in words if not analyzer.is_stop_word(word.text))


def test_an_extremely_long_word_is_analysed_as_one_term(analyzer: PersianAnalyzer) -> None:
    assert len(analyzer.words("ها" * 5_000)) == 1
    assert analyzer.words("خانه" + "\u200cها" * 500)[0] == Term("خانه", 0, 0, 4 + 3 * 500)


@pytest.mark.parametrize("written", ["ابپ" * 100, "abc" * 200, "https://example.com/" + "a" * 400, "1" * 300])
def test_the_term_of_a_longer_token_is_cut_at_the_limit(written: str, analyzer: PersianAnalyzer) -> None:
    term = analyzer.words(f"در {written} بود")[1]
    assert (len(term.text), term.start, term.end) == (LONGEST, 3, 3 + len(written))


def lines_run(analyzer: PersianAnalyzer, text: str) -> int:
    """Return how many lines of Python the analysis of a text runs."""
    count = 0

    def counted(frame: FrameType, event: str, value: object) -> TraceFunction:
        nonlocal count
        count += 1
        return counted

    before = sys.gettrace()
    sys.settrace(counted)
    try:
        analyzer.streams(text)
        analyzer.content_words(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "unit",
    ["ابپ\u200c", "خبر\u200c", "خبر\u00ac", "ا\u200b", "\u200cها", "ﷺ", "ا..", "۱/", "حجه‌ال", "کتاب خانه "],
)
def test_the_work_on_a_long_text_grows_with_its_length_only(unit: str, analyzer: PersianAnalyzer) -> None:
    once, twice, four = (lines_run(PersianAnalyzer(), "خانه" + unit * times) for times in (500, 1000, 2000))
    assert twice - once > 0
    assert four - twice < 2.5 * (twice - once)


RUNS = ["-", ".", "_", "+", "a.", "a@", "-.", "!", "…", "ا..", "ـ", "1/", "%", "a1", "http://!"]


def test_no_run_of_one_mark_takes_quadratic_time() -> None:
    program = f"""
from indexer.persian.analyzer import persian_analyzer
from indexer.persian.sentences import sentence_spans
for run in {RUNS!r}:
    persian_analyzer().words(run * 200_000)
    list(sentence_spans(run * 200_000))
"""
    # In quadratic time each of them would take hours.
    subprocess.run([sys.executable, "-c", program], check=True, timeout=HANGS)


def test_a_process_shares_one_analyzer() -> None:
    assert persian_analyzer() is persian_analyzer()


@given(
    st.text(
        st.one_of(
            st.sampled_from("ابمیشودنرتهکگلای ءۀ\u0654\u064b\u200c\u200f\u0640 \n،.۱۲1٬ab@/:#"),
            st.characters(),
        )
    )
)
def test_spans_are_inside_the_text_and_positions_never_exceed_its_length(text: str) -> None:
    position = 0
    for term in persian_analyzer().words(text):
        assert term.text
        assert 0 <= term.start < term.end <= len(text)
        assert term.position >= 0
        position = max(position, term.position)
    assert position <= len(fold(text))


# ام‌اس ("MS") written joined is also آماس ("swelling").
COMPOUNDS = sorted(
    pieces for pieces in load_lexicon().compounds.values() if all(pieces) and pieces != ("ام", "اس")
)
UNAMBIGUOUS = [pieces for pieces in COMPOUNDS if pieces[1:] != ("ای",)]


@given(st.sampled_from(COMPOUNDS))
def test_a_compound_of_the_lexicon_has_the_same_terms_with_and_without_half_space(
    pieces: tuple[str, ...],
) -> None:
    analyzer = persian_analyzer()
    half_space = {term.text for term in analyzer.words(HALF_SPACE.join(pieces))}
    joined = {term.text for term in analyzer.words("".join(pieces))}
    assert half_space == joined or (pieces[1:] == ("ای",) and half_space < joined)  # حرفهای may be حرف‌های too


@given(st.lists(st.sampled_from(UNAMBIGUOUS), min_size=1, max_size=5))
def test_compounds_with_or_without_half_space_have_the_same_positions(words: list[tuple[str, ...]]) -> None:
    analyzer = persian_analyzer()
    half_space = analyzer.words("، ".join(HALF_SPACE.join(pieces) for pieces in words))
    joined = analyzer.words("، ".join("".join(pieces) for pieces in words))
    assert {(term.text, term.position) for term in half_space} == {
        (term.text, term.position) for term in joined
    }


def test_a_word_whose_last_part_covers_no_letters_may_end_a_text(analyzer: PersianAnalyzer) -> None:
    text = "میشه\u200cحاشیهای"
    assert [term.text for term in analyzer.words(text)] == [term.text for term in analyzer.words(f"{text} ")]


@given(st.lists(st.text(alphabet="کتاب های می شود 5٪وآن\u200c.\t۳/", min_size=1), max_size=4))
def test_the_parts_of_a_text_are_analysed_as_if_each_were_alone(parts: list[str]) -> None:
    analyzer = persian_analyzer()
    made = analyzer.analysis(parts)
    assert made.tokens.words == [term.text for part in parts for term in analyzer.words(part)]
    text = "\n".join(parts)
    begin, position = 0, 0
    expected: list[tuple[int, int, int]] = []
    for part in parts:
        terms = analyzer.words(part)
        expected += [(position + term.position, begin + term.start, begin + term.end) for term in terms]
        position += max((term.position for term in terms), default=-2) + 2
        begin += len(part) + 1
    assert begin == len(text) + 1 or not parts
    tokens = made.tokens
    assert list(zip(tokens.positions, tokens.starts, tokens.ends, strict=True)) == expected
    assert made.width == max((at + 1 for at in tokens.positions), default=0)
    if parts:
        first = analyzer.analysis(parts[:1])
        assert (made.first_tokens, made.first_width) == (len(first.tokens.words), first.width)
        assert made.first_bigrams == len(first.bigrams)
        assert sorted(made.bigrams) == sorted(
            bigram for part in parts for bigram in analyzer.analysis([part]).bigrams
        )
