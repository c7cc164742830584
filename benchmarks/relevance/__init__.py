"""Ranking beside well-known ways to analyse Persian and to fuse, measured on the same collections."""
