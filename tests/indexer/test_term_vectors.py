"""Term vectors: the terms recorded while documents pass through are read back for each article."""

from pathlib import Path

import numpy as np
import pytest
from indexer.term_vectors import TermVectors, record

from indexer.articles import Article
from indexer.errors import IndexCorrupt
from indexer.keyword.documents import documents
from indexer.keyword.engine import Document, inverse_frequency
from indexer.keyword.fields import prefix_family
from indexer.persian.analyzer import PersianAnalyzer

ARTICLES = [
    Article(id="0", title="برف سدها", lead="باران بارید", body="اقتصاد کشور"),
    Article(id="1", title="…", body=""),
    Article(id="2", title="اقتصاددان ایران", body="برف آمد و برف ماند"),
]


def recorded(
    directory: Path, analyzer: PersianAnalyzer, articles: list[Article] = ARTICLES
) -> list[Document]:
    return list(record(documents(articles, analyzer), directory))


def test_recording_passes_documents_through_unchanged(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    assert recorded(tmp_path, analyzer) == list(documents(ARTICLES, analyzer))
    assert len(TermVectors(tmp_path)) == 3


def test_terms_are_read_back_in_the_order_of_the_requested_articles(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    made = recorded(tmp_path, analyzer)
    vectors = TermVectors(tmp_path)
    term_slice = vectors.term_slice(np.array([2, 0]))
    for place, number in enumerate((2, 0)):
        mine = term_slice.candidates == place
        stems = [vectors.stems.number(stem) for stem in made[number].stems]
        assert vectors.stems.of_terms[term_slice.tokens[mine]].tolist() == stems
        assert term_slice.positions[mine].tolist() == made[number].positions
        assert term_slice.titles[place] == 2
        assert term_slice.lengths[place] == len(made[number].stems)
    assert vectors.mean_length == sum(len(each.stems) for each in made) / 3


def test_an_article_without_words_and_an_empty_request_give_no_terms(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    recorded(tmp_path, analyzer)
    vectors = TermVectors(tmp_path)
    assert vectors.term_slice(np.array([1])).lengths.tolist() == [0]
    assert len(vectors.term_slice(np.empty(0, dtype=np.int64)).tokens) == 0
    assert vectors.stems.number("نیست") is None
    assert vectors.stems.idf("نیست") == inverse_frequency(3, 0)


def test_an_archive_without_any_word_can_be_opened(tmp_path: Path, analyzer: PersianAnalyzer) -> None:
    recorded(tmp_path, analyzer, [Article(id="0", title="…")])
    assert TermVectors(tmp_path).mean_length == 0


def test_words_of_one_prefix_family_share_a_number_and_count_each_article_once(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    recorded(tmp_path, analyzer)
    vectors = TermVectors(tmp_path)
    family = vectors.prefix_families.number(prefix_family("اقتصادی"))
    assert family is not None
    assert vectors.prefix_families.idf(prefix_family("اقتصادی")) == inverse_frequency(
        3, 2
    )  # articles 0 and 2
    members = {vectors.prefix_families.number(prefix_family(stem)) for stem in ("اقتصاد", "اقتصاددان")}
    assert members == {family}
    assert vectors.prefix_families.number("برف") not in {None, family}
    assert vectors.stems.idf("برف") == inverse_frequency(3, 2)


def test_every_token_has_a_stem_and_a_prefix_family_including_compounds_of_two_words(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    made = recorded(tmp_path, analyzer, [Article(id="0", body="کتاب خانه")])
    vectors = TermVectors(tmp_path)
    positions = made[0].positions
    assert len(positions) > len(set(positions))  # کتاب, خانه and کتابخانه
    tokens = vectors.term_slice(np.array([0])).tokens
    assert (vectors.stems.of_terms[tokens] >= 0).all()
    assert (vectors.prefix_families.of_terms[tokens] >= 0).all()
    assert vectors.surface_forms.articles("کتابخانه") == vectors.surface_forms.articles("کتاب") == 1
    assert vectors.surface_forms.articles("") == vectors.surface_forms.articles("نیست") == 0


def test_the_words_of_a_very_long_text_keep_their_distances(
    tmp_path: Path, analyzer: PersianAnalyzer
) -> None:
    words = 0x10000 + 10  # more than 16 bits can count
    made = recorded(tmp_path, analyzer, [Article(id="0", title="سد " * words, body="برف " * words)])
    term_slice = TermVectors(tmp_path).term_slice(np.array([0]))
    assert term_slice.positions.tolist() == made[0].positions
    assert np.unique(term_slice.positions).size == 2 * words
    assert term_slice.titles.tolist() == [words]


@pytest.mark.parametrize(
    "name",
    [
        "terms.tsv",
        "stems.tsv",
        "surface_forms.tsv",
        "prefix_families.tsv",
        "tokens.u32",
        "positions.u32",
        "articles.npy",
        "titles.npy",
    ],
)
def test_a_missing_or_truncated_file_is_one_clear_error_line(
    tmp_path: Path, analyzer: PersianAnalyzer, name: str
) -> None:
    recorded(tmp_path, analyzer)
    path = tmp_path / name
    if path.suffix in {".u32", ".npy"}:
        path.write_bytes(path.read_bytes()[:-4])
        with pytest.raises(IndexCorrupt, match="build the index again"):
            TermVectors(tmp_path)
    path.unlink()
    with pytest.raises(IndexCorrupt, match="build the index again") as caught:
        TermVectors(tmp_path)
    assert "\n" not in str(caught.value)
