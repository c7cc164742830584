"""Persian analysis: folding, tokens, the three readings of the half-space, stems, sentences.

This package imports nothing else of the project, and no search engine but in `whoosh_analyzer`.
"""
