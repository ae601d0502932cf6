"""The only translator between the business and ``solver.Problem``: nouns to numbers and back, never a name."""
