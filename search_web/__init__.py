"""From a query to an answer: hybrid search, the web page, the JSON API and the command line."""
