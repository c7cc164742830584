"""Gathers the candidates of a hybrid search, and the evidence for each of them before any weight.

Serving, evaluation and the learning of the weights (benchmarks/relevance) all rank what this module gathers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from indexer.columns import TermColumns
from indexer.keyword.engine import Candidates
from indexer.semantic.vector_files import Float
from indexer.semantic.vectors import Matches, VectorIndex
from search_web.ranking.cutoff import CutoffWeights, kept, prominence
from search_web.ranking.features import Features, extract_features
from search_web.ranking.fusion import CandidateScores, Numbers, Scores
from search_web.ranking.gate import GateInput
from search_web.ranking.ranked_list import cosines_of, union, united
from search_web.ranking.weighted_query import WeightedQuery
from search_web.understanding.query import ParsedQuery

# The number of candidates that a hybrid ranking takes from each of the two searches. It is the same for every
# page and every length of a run, because z-scores over other candidates would change the order.
CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Evidence:
    """The candidates of one query, which are those that either search returned, and what speaks for them.

    - `found` and `nearest`: what the keyword and the semantic search returned.
    - `numbers`: the article numbers of both lists [candidates], ascending.
    - `scored`: the semantic score and the nearest passage of every candidate that has vectors.
    - `inputs`: the features of the candidates, and the facts about the query that the gate needs.
    - `passages`: the number of passages in the collection.
    """

    found: Candidates
    nearest: Matches
    numbers: Numbers
    scored: Matches
    inputs: GateInput
    passages: int

    @classmethod
    def gather(
        cls,
        parsed: ParsedQuery,
        vector: Float,
        found: Candidates,
        nearest: Matches,
        vectors: VectorIndex,
        weighted: WeightedQuery,
        terms: TermColumns,
    ) -> "Evidence":
        """Unite both lists and compute the scores and features of every candidate.

        `vector` [dimension] is that of the query. `vectors` and `terms` belong to the same articles.
        """
        numbers = union(found, nearest)
        features = extract_features(weighted, terms, numbers)
        inputs = GateInput(features, weighted.known, *vectors.background(vector), parsed.bare)
        return cls(found, nearest, numbers, vectors.scores(vector, numbers), inputs, len(vectors))

    @property
    def features(self) -> Features:
        """The lexical features of the candidates."""
        return self.inputs.features

    @property
    def cosines(self) -> Scores:
        """The cosine of each candidate's nearest passage with the query [candidates]; see `cosines_of`."""
        return cosines_of(self.numbers, self.found, self.scored)

    @property
    def prominence(self) -> Scores:
        """How far each candidate stands out from unrelated passages [candidates]; see `cutoff`."""
        return prominence(self.inputs.nearness(self.cosines), self.passages)

    def kept(self, places: Numbers, lexical: Scores, weights: CutoffWeights) -> NDArray[np.bool_]:
        """Return which candidates an answer keeps, [candidates].

        `places` are those of the candidates in the ranking, from 0; `lexical` are their keyword scores.
        """
        return kept(places, self.features.coverage, lexical, self.prominence, weights)

    def with_keyword_scores(self, lexical: Scores) -> CandidateScores:
        """Return the scores and ranks of both searches, given the keyword scores [candidates]."""
        return united(self.numbers, self.found, lexical, self.nearest, self.scored)
