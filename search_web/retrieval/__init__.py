"""Retrieves candidates for a parsed query from the open index, by keywords and by vectors, and ranks them."""
