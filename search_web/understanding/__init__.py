"""From the query as typed to what is searched for, and to what else may have been meant."""
