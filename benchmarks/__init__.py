"""Benchmarks; those of speed are ratios to a known limit measured in the same run (`make bench`)."""
