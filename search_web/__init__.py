"""Answers queries: hybrid search over a built index, the web page, the JSON API and the command line."""
