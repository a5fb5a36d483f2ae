"""Ratios against named peers, measured in one run on one machine; `make bench` prints them. Not collected by pytest."""
