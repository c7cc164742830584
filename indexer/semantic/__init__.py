"""Semantic search: the encoder that turns text into vectors, and the index of those vectors."""
