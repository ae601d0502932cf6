"""What travels over HTTP: JSON in snake_case with units in the names, times in ISO 8601 with their offset."""
