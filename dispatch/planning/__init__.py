"""Improving the plan of a day under its promises, and judging the plan that is stored."""
