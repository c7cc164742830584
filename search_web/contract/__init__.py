"""What a search is asked and what it answers: requests, answers, and the parameters that make a request."""
