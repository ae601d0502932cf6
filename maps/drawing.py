"""Draw a `MapDocument` as one HTML page: Folium for the layers, our own page around it, no outside request.

Folium's own page is not used: it lacks language, title and zoom by hand, loads seven files from other hosts, and
its popups need jQuery. What is taken from it is the container and the script of the map. A content security policy in
the page forbids every other host (but that of a tile server, when one is given), so "no outside request" holds
by the browser's own rule. All texts are escaped; equal documents give equal bytes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from html import escape
from importlib.resources import files
from typing import TypeAlias
from urllib.parse import urlsplit

import folium
from branca.element import Element, Figure, MacroElement
from jinja2 import Environment, Template, select_autoescape
from markupsafe import Markup

from maps.assets import Inline, Served, head_of
from maps.geo import Box, LatLon
from maps.map_document import DepotMarker, MapDocument, MapWords, RouteLayer, StopMarker
from maps.palette import BOUNDARY_LINE, MAP_BACKGROUND, WHITE, RouteStyle, route_style

LINE_PX, CASING_PX = 5, 9
CASING_PANE = "casing"
PAD_PX = 36
PIN_PX = 26
POPUP_MAX_PX = 300

Options: TypeAlias = Mapping[str, str | int | bool | tuple[int, int]]


class _Call(MacroElement):
    """A call on the parent: ``parent.method(first, options)``. Folium's own popups and tooltips need jQuery."""

    _template = Template(
        """{% macro script(this, kwargs) %}
        {{ this._parent.get_name() }}.{{ this.method }}({{ this.first|tojson }}, {{ this.options|tojson }});
        {% endmacro %}"""
    )

    def __init__(self, method: str, *, first: str | tuple[LatLon, ...], options: Options) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Call"
        self.method = method
        self.first = first
        self.options = options


class _Pin(MacroElement):
    """A marker drawn by HTML from the start; Folium's own first asks for an image and replaces it then."""

    _template = Template(
        """{% macro script(this, kwargs) %}
        var {{ this.get_name() }} = L.marker({{ this.at|tojson }}, {
            ...{{ this.options|tojson }}, icon: L.divIcon({{ this.icon|tojson }})
        }).addTo({{ this._parent.get_name() }});
        {% endmacro %}"""
    )

    def __init__(self, at: LatLon, *, html: str, kind: str, options: Options) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._name = "Pin"
        self.at = at
        self.icon = {"html": html, "className": kind, "iconSize": (PIN_PX, PIN_PX)}
        self.options = options


class _Names:
    """Gives elements numbers in the order of drawing; Folium's own names are random."""

    def __init__(self) -> None:
        self._numbers: Iterator[int] = itertools.count(1)

    def put(self, element: Element, *, into: Element) -> None:
        element._id = str(next(self._numbers))
        into.add_child(element)


def render(document: MapDocument, *, assets: Served | Inline) -> str:
    """Return the page.

    Parameters
    ----------
    document : MapDocument
        What to draw.
    assets : Served or Inline
        Leaflet from our own server below a prefix, or inside the page.

    Raises
    ------
    MapAssetError
        When Leaflet is to be inside the page and is not installed.
    """
    city = _draw(document)
    figure = Figure()
    figure.add_child(city)
    figure.render()
    page = Environment(autoescape=select_autoescape(default=True)).from_string(_page_file("map.html"))
    return page.render(
        document=document,
        legend=[(route, route_style(route.index)) for route in document.routes],
        policy=_policy(document, assets),
        head=Markup(head_of(assets)),
        style=Markup(_page_file("map.css")),
        container=Markup(figure.html.render()),
        layers=Markup(figure.script.render()),
        behaviour=Markup(_page_file("map.js")),
        map_name=Markup(city.get_name()),
        words=asdict(document.words),
        swatch=swatch,
    )


def _page_file(name: str) -> str:
    return files("maps").joinpath("page", name).read_text(encoding="utf-8")


def _policy(document: MapDocument, assets: Served | Inline) -> str:
    """Return the content security policy: nothing but the page, our own server, and tile servers that were given."""
    own = " 'self'" if isinstance(assets, Served) else ""
    hosts = " ".join(urlsplit(tiles.url)._replace(path="/", query="", fragment="").geturl() for tiles in document.tiles)
    images = f"img-src data:{own} {hosts}".replace("{s}", "*").rstrip()
    return f"default-src 'none'; style-src 'unsafe-inline'{own}; script-src 'unsafe-inline'{own}; {images}"


def _draw(document: MapDocument) -> folium.Map:
    names = _Names()
    city = folium.Map(
        location=_centre(document),
        tiles=None,
        zoom_snap=0.25,
        min_zoom=8,
        zoom_animation=False,  # numbers are placed anew after each zoom; flying there first would only blur them
    )
    city._id = "city"
    for tiles in document.tiles:
        names.put(folium.TileLayer(tiles.url, attr=escape(tiles.attribution), control=False), into=city)
    names.put(folium.map.CustomPane(CASING_PANE, z_index=395), into=city)
    if document.boundary:
        names.put(_boundary(document), into=city)
    for depot in document.depots:
        _add_depot(depot, words=document.words, city=city, names=names)
    for route in document.routes:
        _add_route(route, words=document.words, city=city, names=names)
    names.put(folium.LayerControl(collapsed=False), into=city)
    box = Box.around(_everything(document))
    corners = (LatLon(box.south, box.west), LatLon(box.north, box.east))
    names.put(_Call("fitBounds", first=corners, options={"padding": (PAD_PX, PAD_PX), "animate": False}), into=city)
    return city


def _everything(document: MapDocument) -> list[LatLon]:
    """Return all points of the document; somewhere in Japan for an empty one."""
    points = [*document.boundary, *(depot.at for depot in document.depots)]
    for route in document.routes:
        points += [*route.path, *(stop.at for stop in route.stops)]
    return points or [LatLon(35.68, 139.77)]


def _centre(document: MapDocument) -> LatLon:
    box = Box.around(_everything(document))
    return LatLon((box.south + box.north) / 2, (box.west + box.east) / 2)


def _boundary(document: MapDocument) -> folium.Polygon:
    area = folium.Polygon(
        document.boundary,
        color=BOUNDARY_LINE,
        weight=2,
        dash_array="2 5",
        fill_color=MAP_BACKGROUND,
        fill_opacity=0.0 if document.tiles else 1.0,
    )
    area.options.update(interactive=False)
    return area


def _add_depot(depot: DepotMarker, *, words: MapWords, city: folium.Map, names: _Names) -> None:
    marker = _Pin(
        depot.at,
        html='<span class="depot-mark" aria-hidden="true"></span>',
        kind="depot",
        options={"title": f"{words.depot} {depot.label}", "zIndexOffset": -500},
    )
    names.put(marker, into=city)
    popup = f"<p><strong>{escape(depot.label)}</strong></p><p>{escape(words.depot)}</p>"
    names.put(_popup(popup), into=marker)


def _add_route(route: RouteLayer, *, words: MapWords, city: folium.Map, names: _Names) -> None:
    """Add one layer: a pale casing below all lines, the line, and the stops in order."""
    style = route_style(route.index)
    layer = folium.FeatureGroup(name=f"{swatch(style)} {escape(route.label)}")
    names.put(layer, into=city)
    if len(route.path) > 1:
        casing = folium.PolyLine(route.path, color=WHITE, weight=CASING_PX, opacity=0.9)  # type: ignore[no-untyped-call]
        casing.options.update(pane=CASING_PANE, interactive=False)
        names.put(casing, into=layer)
        line = folium.PolyLine(  # type: ignore[no-untyped-call]
            route.path,
            color=style.colour.line,
            weight=LINE_PX,
            opacity=1.0,
            dash_array=style.dash or None,
            line_cap="butt",
            smooth_factor=1.0,
        )
        names.put(line, into=layer)
        label = _Call("bindTooltip", first=escape(route.label), options={"sticky": True})
        names.put(label, into=line)
    for stop in route.stops:
        _add_stop(stop, route=route, words=words, layer=layer, names=names)


def _add_stop(stop: StopMarker, *, route: RouteLayer, words: MapWords, layer: Element, names: _Names) -> None:
    title = " ".join((route.label, words.stop, str(stop.number), *stop.title_lines[:1]))
    marker = _Pin(
        stop.at,
        html=_bubble(stop.number, route_style(route.index)),
        kind="stop",
        options={"title": title, "riseOnHover": True},
    )
    names.put(marker, into=layer)
    names.put(_popup(_stop_text(stop, route=route, words=words)), into=marker)


def _popup(html: str) -> _Call:
    return _Call("bindPopup", first=html, options={"maxWidth": POPUP_MAX_PX, "className": "stop-popup"})


def _bubble(number: int, style: RouteStyle) -> str:
    """Return the number of a stop; the line colour is for the script that moves numbers aside."""
    colour = style.colour
    look = f"background:{colour.fill};color:{colour.text}"
    data = f'data-line="{colour.line}" aria-hidden="true"'  # hidden: the title of the marker says more
    return f'<b class="number {style.shape}" style="{look}" {data}>{number}</b>'


def _stop_text(stop: StopMarker, *, route: RouteLayer, words: MapWords) -> str:
    first = "".join(f"<p><strong>{escape(line)}</strong></p>" for line in stop.title_lines[:1])
    others = "".join(f"<p>{escape(line)}</p>" for line in stop.title_lines[1:])
    times = "".join(
        f"<dt>{escape(word)}</dt><dd>{escape(text)}</dd>"
        for word, text in ((words.promised, stop.promised_text), (words.scheduled, stop.scheduled_text))
        if text
    )
    heading = f"{escape(route.label)} {escape(words.stop)} {stop.number}"
    return f'<p class="which">{swatch(route_style(route.index))} {heading}</p>{first}{others}<dl>{times}</dl>'


def swatch(style: RouteStyle) -> Markup:
    """Return a small picture of a route's line and stop mark."""
    dash = f' stroke-dasharray="{style.dash}"' if style.dash else ""
    return Markup(
        '<span class="swatch" aria-hidden="true"><svg width="46" height="18" viewBox="0 0 46 18">'
        f'<path d="M0 9H46" stroke="{style.colour.line}" stroke-width="{LINE_PX}"{dash}/></svg>'
        f'<b class="number {style.shape}" style="background:{style.colour.fill}"></b></span>'
    )
