"""Speed, as ratios to a known limit measured in the same run; `make bench` prints them all."""
