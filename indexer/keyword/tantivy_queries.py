"""Turns our queries and filters into tantivy's. Everything that restricts a search is part of its query."""

from collections.abc import Iterable, Sequence

from tantivy import FieldType, Occur, Query, Schema

from indexer.filters import NO_DAY, Filters
from indexer.keyword.engine import KeywordQuery, Phrase, QueryTerm
from indexer.keyword.fields import POSITIONED
from indexer.keyword.tantivy_documents import CATEGORY, COMMIT, DAY, KIND, SOURCE, stored_term


class Queries:
    """Makes the queries of one index."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self.commit = Query.term_query(schema, KIND, COMMIT)

    def some_word(self, query: KeywordQuery, filters: Filters) -> Query:
        """Return what `KeywordIndex.search` matches: any word, unless phrases are required."""
        # A document with a bigram also has its words, so that bigrams add no matches.
        scored = [self._term(term) for group in (*query.words, query.bigrams) for term in group]
        clauses = self._restrictions(query, filters)
        if query.required:
            clauses += [(Occur.Should, term) for term in scored]
        else:
            clauses.append((Occur.Must, _any_of(scored)))
        return Query.boolean_query(clauses)

    def every_word(self, query: KeywordQuery, filters: Filters) -> Query:
        """Return what `KeywordIndex.newest` matches: a term of each word."""
        if not query:
            return Query.empty_query()
        words = [(Occur.Must, _any_of([*map(self._term, group)])) for group in query.words]
        return Query.boolean_query([*words, *self._restrictions(query, filters)])

    def everything(self, query: KeywordQuery, filters: Filters) -> Query:
        """Return all articles that the restrictions of a query without words and the filters let pass.

        The document of the commit may be among them; it has no facet values to count.
        """
        return Query.boolean_query([(Occur.Must, Query.all_query()), *self._restrictions(query, filters)])

    def phrase(self, phrase: Phrase) -> Query:
        """Return the articles that hold any variant of a phrase, all with the score 0."""
        variants = [self._variant(phrase.field, words) for words in phrase.variants]
        return Query.const_score_query(_any_of(variants), 0.0)

    def on_days(self, query: Query, first: int | None, last: int | None) -> Query:
        """Return the part of a query's matches with a day number from `first` to `last`, both inclusive."""
        return Query.boolean_query([(Occur.Must, query), (Occur.Must, self._days(first, last))])

    def _restrictions(self, query: KeywordQuery, filters: Filters) -> list[tuple[Occur, Query]]:
        return [
            *((Occur.Must, self.phrase(phrase)) for phrase in query.required),
            *((Occur.Must, passing) for passing in self._filters(filters)),
            *((Occur.MustNot, self.phrase(phrase)) for phrase in query.excluded),
        ]

    def _filters(self, filters: Filters) -> Iterable[Query]:
        for name, key in ((SOURCE, filters.source), (CATEGORY, filters.category)):
            if key is not None:
                yield Query.const_score_query(Query.term_query(self._schema, name, key, "basic"), 0.0)
        if filters.first_day is not None or filters.last_day is not None:
            yield self._days(NO_DAY + 1 if filters.first_day is None else filters.first_day, filters.last_day)

    def _days(self, first: int | None, last: int | None) -> Query:
        if first is not None and last is not None and first > last:
            return Query.empty_query()
        return Query.const_score_query(
            Query.range_query(self._schema, DAY, FieldType.Integer, first, last), 0.0
        )

    def _term(self, term: QueryTerm) -> Query:
        found = Query.term_query(self._schema, term.field, stored_term(term.field, term.text), "freq")
        return found if term.weight == 1.0 else Query.boost_query(found, term.weight)

    def _variant(self, field: str, words: tuple[str, ...]) -> Query:
        if len(words) == 1:
            return Query.term_query(self._schema, field, stored_term(field, words[0]), "basic")
        if field not in POSITIONED:
            raise ValueError(f"the field {field!r} has no positions, so no phrase of several words")
        return Query.phrase_query(self._schema, field, list(words))


def _any_of(queries: Sequence[Query]) -> Query:
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries])
