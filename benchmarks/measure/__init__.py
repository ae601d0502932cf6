"""Long measurements in cells that are kept as they finish."""
