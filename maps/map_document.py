"""What is on a map: layers in plain words and points, ready-made by the caller, in the caller's language."""

from __future__ import annotations

from dataclasses import dataclass

from maps.geo import Boundary, LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class StopMarker:
    """One halt of a route.

    Attributes
    ----------
    number : int
        Order within the route, from 1; written on the marker.
    at : LatLon
        Where.
    title_lines : tuple of str
        What the popup begins with, such as the name of the place and who boards.
    promised_text, scheduled_text : str
        Times ready to read; an empty text leaves its line out.
    """

    number: int
    at: LatLon
    title_lines: tuple[str, ...]
    promised_text: str
    scheduled_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteLayer:
    """One vehicle's route. ``index`` chooses colour and pattern, so that a vehicle looks the same on every map."""

    label: str
    index: int
    path: tuple[LatLon, ...]
    stops: tuple[StopMarker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DepotMarker:
    """Where vehicles start and end."""

    label: str
    at: LatLon


@dataclass(frozen=True, slots=True, kw_only=True)
class MapWords:
    """The words of the page itself, in the language of the document."""

    legend: str
    routes: str
    stop: str
    promised: str
    scheduled: str
    depot: str
    boundary: str
    zoom_in: str
    zoom_out: str
    close: str
    no_script: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TileSource:
    """A map background from a tile server, which is a request to another host: off unless given.

    ``url`` is a template with ``{z}``, ``{x}`` and ``{y}``; ``attribution`` is plain text.
    """

    url: str
    attribution: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MapDocument:
    """A whole map.

    Attributes
    ----------
    title, lang : str
        Heading of the page, and its language as a BCP 47 tag (``ja``, ``en``).
    words : MapWords
        The words of the page.
    boundary : Boundary
        The service area; empty when there is none to show.
    depots, routes
        What is drawn. Routes appear in this order.
    notes : tuple of str
        Lines under the heading, such as plan version and credits.
    tiles : tuple of TileSource
        Backgrounds; none by default.
    """

    title: str
    lang: str
    words: MapWords
    boundary: Boundary
    depots: tuple[DepotMarker, ...]
    routes: tuple[RouteLayer, ...]
    notes: tuple[str, ...] = ()
    tiles: tuple[TileSource, ...] = ()
