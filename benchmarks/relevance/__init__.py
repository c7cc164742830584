"""The ranking compared with well-known ways to analyse Persian and to fuse, on the same collections."""
