"""Defines the request and the answer of every search, and parses URL parameters into a request."""
