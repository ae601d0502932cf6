"""A day of calls that come one by one, answered at once and driven: what is promised is kept."""
