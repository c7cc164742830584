"""Persian analysis: character folding, tokenizer, half-space handling, stemmer, sentence boundaries.

This package imports nothing else from the project. Only `whoosh_analyzer` imports a search engine.
"""
