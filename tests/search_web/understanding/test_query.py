"""Parsing what a reader types: words, phrases, exclusions, title words; no query is an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.keyword.engine import Phrase
from indexer.keyword.fields import BIGRAMS, STEMS, TITLE, WORDS
from indexer.persian.analyzer import PersianAnalyzer
from search_web.contract.parameters import CLAUSES_LIMIT, ParameterError
from search_web.understanding.query import ParsedQuery, parse_query
from search_web.understanding.syntax import Clause, clauses

ZWNJ = "\u200c"


@pytest.fixture(scope="module")
def parse(analyzer: PersianAnalyzer):
    return lambda typed: parse_query(typed, analyzer)


def searched(parsed: ParsedQuery) -> set[str]:
    return {word.surface for word in parsed.words}


@pytest.mark.parametrize("typed", ['"سد تهران"', "«سد تهران»", "“سد تهران”"])
def test_each_kind_of_quotation_mark_makes_a_phrase(parse, typed: str) -> None:
    parsed = parse(typed)
    assert [phrase.field for phrase in parsed.keyword.required] == [WORDS]
    assert parsed.keyword.required[0].variants[0] == ("سد", "تهران")
    assert parsed.text == "سد تهران"
    assert searched(parsed) == {"سد", "تهران"}


def test_a_hyphen_before_a_word_excludes_it_and_hides_it_from_the_encoder(parse) -> None:
    parsed = parse("سد -تهران")
    assert [phrase.variants for phrase in parsed.keyword.excluded] == [(("تهران",),)]
    assert parsed.text == "سد"
    assert searched(parsed) == {"سد"}


@pytest.mark.parametrize("typed", ['سد -"بازار تهران"', "سد -«بازار تهران»", "سد -“بازار تهران”"])
def test_a_hyphen_before_a_phrase_excludes_the_phrase(parse, typed: str) -> None:
    parsed = parse(typed)
    assert [phrase.variants[0] for phrase in parsed.keyword.excluded] == [("بازار", "تهران")]
    assert parsed.keyword.required == ()
    assert parsed.text == "سد"


@pytest.mark.parametrize(
    "typed",
    ["title:سد", "TITLE:سد", "title: سد", "عنوان:سد", "عنوان: سد", "عنوان :سد", f"عنوان{ZWNJ}:{ZWNJ}سد"],
)
def test_a_title_prefix_requires_the_word_in_the_title(parse, typed: str) -> None:
    parsed = parse(typed)
    assert [(phrase.field, phrase.variants) for phrase in parsed.keyword.required] == [(TITLE, (("سد",),))]
    assert parsed.text == "سد"


def test_a_title_phrase_and_an_excluded_title_word_are_read(parse) -> None:
    parsed = parse('عنوان:"سد تهران" -title:زلزله')
    assert [(phrase.field, phrase.variants[0]) for phrase in parsed.keyword.required] == [
        (TITLE, ("سد", "تهران"))
    ]
    assert [(phrase.field, phrase.variants[0]) for phrase in parsed.keyword.excluded] == [(TITLE, ("زلزله",))]


@pytest.mark.parametrize("typed", ["subtitle:سد", "سرعنوان:سد", "عنوان سد", "سد عنوان:", "title:"])
def test_text_that_only_resembles_a_title_prefix_is_plain_text(parse, typed: str) -> None:
    assert parse(typed).keyword.required == ()


@pytest.mark.parametrize(
    "typed", ['"سد تهران', 'سد "تهران', 'سد تهران"', "«سد تهران", "سد تهران»", "“سد تهران"]
)
def test_an_unbalanced_quotation_mark_is_ignored(parse, typed: str) -> None:
    parsed = parse(typed)
    assert parsed.keyword.required == ()
    assert searched(parsed) == {"سد", "تهران"}


@pytest.mark.parametrize("typed", ["سد - تهران", "سد تهران -", "- سد تهران", "سد -- تهران", "سد-تهران"])
def test_a_hyphen_that_is_not_at_the_start_of_a_word_excludes_nothing(parse, typed: str) -> None:
    parsed = parse(typed)
    assert parsed.keyword.excluded == ()
    assert {"سد", "تهران"} <= searched(parsed)


@pytest.mark.parametrize("typed", ["دمای -5", "دمای -۵", "دمای -5 درجه"])
def test_a_negative_number_is_not_an_exclusion(parse, typed: str) -> None:
    parsed = parse(typed)
    assert parsed.keyword.excluded == ()
    assert "5" in searched(parsed)


def test_query_syntax_inside_a_phrase_is_plain_text(parse) -> None:
    parsed = parse('"سد -تهران title:آب"')
    assert parsed.keyword.excluded == ()
    assert [phrase.field for phrase in parsed.keyword.required] == [WORDS]


def test_quotation_marks_of_another_kind_may_be_nested_in_a_phrase() -> None:
    assert list(clauses('"سد «تهران»"')) == [Clause("سد «تهران»", is_phrase=True)]
    assert list(clauses('«سد "تهران"»')) == [Clause('سد "تهران"', is_phrase=True)]


@pytest.mark.parametrize("typed", ["-سد", "-سد -تهران", '-"سد"', "! -سد"])
def test_a_query_may_consist_of_exclusions_only(parse, typed: str) -> None:
    parsed = parse(typed)
    assert parsed.only_excludes
    assert not parsed
    assert parsed.keyword.excluded[0].variants == (("سد",),)


@pytest.mark.parametrize("typed", ["", "سد", "سد -تهران", "-"])
def test_other_queries_are_not_taken_for_exclusions_only(parse, typed: str) -> None:
    assert not parse(typed).only_excludes


@pytest.mark.parametrize("typed", ["", " ", "؟!…", '""', "«»", "-", "--", '"', "- -", ZWNJ])
def test_a_query_without_words_is_empty(parse, typed: str) -> None:
    assert not parse(typed)


def test_an_excluded_word_is_excluded_in_every_form_and_an_excluded_phrase_only_as_typed(parse) -> None:
    assert parse("نفت -ایرانیان").keyword.excluded == (Phrase(STEMS, (("ایران",),)),)
    assert parse("نفت -نقشهای").keyword.excluded == (Phrase(STEMS, (("نقش",), ("نقشه",))),)
    assert parse('نفت -"ایرانیان"').keyword.excluded == (Phrase(WORDS, (("ایرانیان",),)),)
    assert parse("نفت -عنوان:ایرانیان").keyword.excluded == (Phrase(TITLE, (("ایرانیان",),)),)


def test_a_word_of_several_parts_is_excluded_where_its_parts_are_neighbours(parse) -> None:
    assert parse(f"دولت -رئیس{ZWNJ}جمهور").keyword.excluded == (
        Phrase(BIGRAMS, (("رییس جمهور",),)),
        Phrase(WORDS, (("رییس", "جمهور"),)),
    )


@given(
    st.sampled_from(
        ["ایران", f"رئیس{ZWNJ}جمهور", "نقشهای", "گلسازی", f"بین{ZWNJ}المللی", "از", "covid", "سدسازی"]
    ),
    st.sampled_from(["-", "–"]),
)
def test_a_word_that_is_asked_for_and_excluded_excludes_all_that_it_finds(
    analyzer: PersianAnalyzer, word: str, minus: str
) -> None:
    keyword = parse_query(f"{word} {minus}{word}", analyzer).keyword
    finding = {(term.field, (term.text,)) for group in keyword.words for term in group}
    assert finding
    assert finding <= {(phrase.field, variant) for phrase in keyword.excluded for variant in phrase.variants}


def test_repeated_phrases_and_exclusions_are_asked_once(parse) -> None:
    keyword = parse('"در این" -آب ' * 30 + "«در این» -عنوان:سد -عنوان:سد").keyword
    assert len(keyword.required) == 1
    assert len(keyword.excluded) == 2


@pytest.mark.parametrize("clause", ['"سد {}"', "-ب{}", "عنوان:ب{}", '-"سد {}"'])
def test_more_different_phrases_and_exclusions_than_the_limit_are_refused(parse, clause: str) -> None:
    typed = [clause.format("اببپتثجچحخدذرزژسشصضطظ"[number] * 2) for number in range(CLAUSES_LIMIT + 1)]
    typed[1] = clause.format("ککک")
    parse(" ".join(typed[:CLAUSES_LIMIT] * 2))
    with pytest.raises(
        ParameterError, match=f"q has {CLAUSES_LIMIT + 1} .*at most {CLAUSES_LIMIT}"
    ) as raised:
        parse(" ".join(typed))
    assert (raised.value.fault, raised.value.limit) == ("limit-exceeded", CLAUSES_LIMIT)


def test_stop_words_are_searched_only_if_there_are_no_other_words(parse) -> None:
    assert searched(parse("از به در")) == {"از", "به", "در"}
    assert "از" not in searched(parse("سد از تهران"))


def test_spaced_spellings_are_analysed_like_half_space_spellings(parse) -> None:
    assert searched(parse("رییس جمهور منطقه ای")) == searched(parse("رئیس‌جمهور منطقه‌ای"))


_SYNTAX = st.text(st.sampled_from('ابپ سد-"«»“”:titleعنوان5۵ـ\u200c\u064b\n<&'), max_size=30)


@given(st.text(max_size=60) | _SYNTAX)
def test_parsing_never_fails(analyzer: PersianAnalyzer, typed: str) -> None:
    parsed = parse_query(typed, analyzer)
    assert bool(parsed) == bool(analyzer.words(parsed.text))


_WORDS = st.lists(
    st.sampled_from(["سد", "تهران", "زلزله", "بوستان", "gas", "۱۴۰۳", "کتاب‌ها", "می‌شود", "از"]), min_size=1
)


@given(_WORDS)
def test_all_content_words_of_a_plain_query_are_searched(analyzer: PersianAnalyzer, words: list[str]) -> None:
    parsed = parse_query(" ".join(words), analyzer)
    assert parsed.text == " ".join(words)
    assert parsed.keyword.required == parsed.keyword.excluded == ()
    terms = {term.text for term in analyzer.words(parsed.text)}
    wanted = {term for term in terms if not analyzer.is_stop_word(term)} or terms
    stems = {term.text for group in parsed.keyword.words for term in group}
    assert stems == {analyzer.stem(term) for term in wanted}


def test_a_query_is_bare_only_without_function_words(parse) -> None:
    assert parse("سد کرج").bare
    assert parse("قیمت‌های بین المللی نفت").bare
    assert not parse("چرا سد کرج خالی است").bare
    assert not parse("سد در کرج").bare
