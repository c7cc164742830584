"""The web front end: serves queries and answers as Persian pages and as a JSON API, over HTTP."""
