"""From a parsed query to a ranking: the open index, both searches, and the encoder of queries."""
