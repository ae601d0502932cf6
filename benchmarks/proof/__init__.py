"""Proof by load: many people at once, killed servers, random days; and what callers were told, against the books."""
