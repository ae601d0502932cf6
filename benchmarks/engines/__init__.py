"""Whoever can be given an instance and a budget: our own engines and those of others."""
