"""Errors of ``maps``. Each says what went wrong in three parts: ``code``, ``cause`` and ``action``.

::

    MapsError
    ├── RouterUnavailable     the external router cannot be reached, or answers with nonsense
    ├── RoadDataError         the road extract is missing, unreadable, or holds no usable road
    ├── PointOffNetwork       a point is too far from any road that a vehicle may use
    ├── GeocoderUnavailable   the online geocoder cannot be reached, or refuses
    ├── GazetteerError        the list of places contradicts itself
    └── MapAssetError         a file that a map page needs is not installed

Programming mistakes (a negative speed, an empty list of points) are plain ``ValueError``.
"""

from __future__ import annotations


class MapsError(Exception):
    """Base of the tree.

    Attributes
    ----------
    code : str
        Stable name for tables and tests, the same for every error of one class.
    cause : str
        What was found, in one sentence.
    action : str
        What the reader can do about it, in one sentence.
    """

    code = "maps_error"

    def __init__(self, *, cause: str, action: str) -> None:
        super().__init__(f"{cause} {action}")
        self.cause = cause
        self.action = action


class RouterUnavailable(MapsError):
    """The external router cannot be reached, is too slow, or does not answer in its own language."""

    code = "router_unavailable"


class RoadDataError(MapsError):
    """The road extract is missing, unreadable, or holds no road that a vehicle may use."""

    code = "road_data"


class PointOffNetwork(MapsError):
    """A point is farther from every usable road than the limit."""

    code = "point_off_network"


class GeocoderUnavailable(MapsError):
    """The online geocoder cannot be reached, is too slow, or refuses."""

    code = "geocoder_unavailable"


class GazetteerError(MapsError):
    """The list of places contradicts itself."""

    code = "gazetteer"


class MapAssetError(MapsError):
    """A file that a map page needs is not installed."""

    code = "map_asset"
