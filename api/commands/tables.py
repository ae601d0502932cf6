"""``odekake import`` and ``odekake export``: the city's tables as CSV files."""

from __future__ import annotations
