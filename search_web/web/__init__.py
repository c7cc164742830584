"""The web front end: pages, the JSON API, errors, caching and the HTTP server."""
