"""Measurements of the solver and the desk: ``python -m benchmarks --help``."""
