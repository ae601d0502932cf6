"""The numbers that tell whether what was read of a day is still what there is."""

from __future__ import annotations

from typing import NamedTuple

ANY_CATALOG = -1
"""The version of the catalogue for what does not depend on it."""


class DayStamp(NamedTuple):
    """What a day state was assembled from: equal stamps, equal states (key of caches)."""

    version: int
    catalog_version: int


UNKNOWN = DayStamp(version=-1, catalog_version=-1)
"""The stamp of no day."""
