"""Turns a ranking into hits with snippets and highlighted words. Also describes the contents of an index."""
