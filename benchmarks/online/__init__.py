"""Sample days lived through at the product's own desk, with and without the search, and what hindsight would give."""
