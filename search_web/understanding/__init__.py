"""Parses the typed query into words, bigrams and phrases to search for.

Also suggests what the reader may have intended: other spellings, another keyboard layout, dates, completions.
"""
