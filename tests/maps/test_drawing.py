"""The map page as text: what it may load, what is escaped, how it is told apart; the browser tests show the rest."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from maps import assets
from maps.assets import INLINE, Inline, Served, leaflet_files
from maps.drawing import render
from maps.errors import MapAssetError
from maps.geo import LatLon
from maps.map_document import DepotMarker, MapDocument, MapWords, RouteLayer, StopMarker, TileSource
from maps.palette import BLACK, COLOURS, MAP_BACKGROUND, WHITE, Colour, route_style

WORDS = MapWords(
    legend="Legend",
    routes="Routes shown",
    stop="stop",
    promised="promised",
    scheduled="scheduled",
    depot="Depot",
    boundary="City boundary",
    zoom_in="Zoom in",
    zoom_out="Zoom out",
    close="Close",
    no_script="The map needs JavaScript.",
)
HERE, THERE = LatLon(36.39, 139.84), LatLon(36.41, 139.86)
SERVED = Served(prefix="/static/vendor")


def _stop(number: int, at: LatLon, *, promised: str = "9:05–9:20") -> StopMarker:
    return StopMarker(number=number, at=at, title_lines=("City hall",), promised_text=promised, scheduled_text="9:12")


DOCUMENT = MapDocument(
    title="Plan 3",
    lang="en",
    words=WORDS,
    boundary=(HERE, THERE, LatLon(36.39, 139.88)),
    depots=(DepotMarker(label="Garage", at=HERE),),
    routes=tuple(
        RouteLayer(label=f"Van {index}", index=index, path=(HERE, THERE), stops=(_stop(1, HERE), _stop(2, THERE)))
        for index in range(3)
    ),
    notes=("version 3",),
)


class Outline(HTMLParser):
    """Collects the tags of a page with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element of this kind."""
        return [attributes for name, attributes in self.tags if name == tag]


def _policy(page: str) -> str:
    (policy,) = (meta["content"] for meta in Outline(page).of("meta") if "http-equiv" in meta)
    assert policy is not None
    return policy


def test_the_page_names_its_language_and_its_parts() -> None:
    """Language, title, one heading, one main part, a legend with a name: what a screen reader starts from."""
    page = render(DOCUMENT, assets=SERVED)
    outline = Outline(page)
    assert page.startswith("<!DOCTYPE html>")
    assert outline.of("html") == [{"lang": "en"}]
    assert "<title>Plan 3</title>" in page
    assert len(outline.of("h1")) == len(outline.of("main")) == 1
    assert {"class": "legend", "aria-label": "Legend"} in outline.of("section")
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in outline.of("meta")


def test_a_served_page_takes_two_files_from_its_own_host() -> None:
    """Nothing else has an address, and both addresses are of files that the server is told to serve."""
    outline = Outline(render(DOCUMENT, assets=Served(prefix="/static/vendor/")))
    addresses = [tag["src"] for tag in outline.of("script") if "src" in tag]
    addresses += [tag["href"] for tag in outline.of("link") if tag["rel"] == "stylesheet"]
    assert addresses == ["/static/vendor/leaflet/leaflet.js", "/static/vendor/leaflet/leaflet.css"]
    assert {address.removeprefix("/static/vendor/") for address in addresses if address} <= set(leaflet_files())


@pytest.mark.parametrize(
    ("source", "policy"),
    [
        (INLINE, "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"),
        (
            SERVED,
            "default-src 'none'; style-src 'unsafe-inline' 'self'; script-src 'unsafe-inline' 'self';"
            " img-src data: 'self'",
        ),
    ],
)
def test_the_page_forbids_every_other_host(source: Served | Inline, policy: str) -> None:
    """Whatever is drawn, the browser is told to load nothing but the page and our own server's files."""
    assert _policy(render(DOCUMENT, assets=source)) == policy


def test_tiles_are_one_more_host_and_only_when_given() -> None:
    """With a tile server the policy admits its images, and nothing more."""
    tiles = TileSource(url="https://{s}.tiles.test/a/{z}/{x}/{y}.png", attribution="© <us>")
    page = render(replace(DOCUMENT, tiles=(tiles,)), assets=INLINE)
    assert _policy(page).endswith("img-src data: https://*.tiles.test/")
    assert "© &lt;us&gt;" in page or r"\u0026lt;us\u0026gt;" in page
    assert "tiles.test" not in render(DOCUMENT, assets=INLINE)


def test_an_inline_page_carries_its_pictures() -> None:
    """No style refers to a file, and the script to no source map."""
    page = render(DOCUMENT, assets=INLINE)
    assert not re.search(r"url\((?!data:|#)", page)
    assert "sourceMappingURL" not in page


def test_equal_documents_are_equal_bytes() -> None:
    """Drawing twice gives the same page: nothing in it is random."""
    assert render(DOCUMENT, assets=SERVED) == render(replace(DOCUMENT), assets=SERVED)


def test_an_empty_time_has_no_line() -> None:
    """A halt without a promise (the depot, a break) shows its planned time only."""
    bare = replace(DOCUMENT, routes=(replace(DOCUMENT.routes[0], stops=(_stop(1, HERE, promised=""),)),))
    assert "promised\\u003c/dt" not in render(bare, assets=SERVED)
    assert "scheduled\\u003c/dt" in render(bare, assets=SERVED)
    assert "promised\\u003c/dt" in render(DOCUMENT, assets=SERVED)


def test_a_vehicle_keeps_its_look_when_others_are_absent() -> None:
    """Colour, pattern and shape follow the vehicle's index, not its place in the list."""
    alone = render(replace(DOCUMENT, routes=DOCUMENT.routes[2:]), assets=SERVED)
    style = route_style(2)
    assert style.colour.fill in alone
    assert all(colour.fill not in alone for colour in COLOURS if colour != style.colour)


def _luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.1."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_the_contrast_formula_is_the_standards() -> None:
    """Black on white is 21:1, the fixed point of the standard."""
    assert _contrast(BLACK, WHITE) == pytest.approx(21)


@pytest.mark.parametrize("colour", COLOURS)
def test_colours_can_be_seen_and_numbers_read(colour: Colour) -> None:
    """Lines have 3:1 against the map, numbers 4.5:1 on their mark."""
    assert _contrast(colour.line, MAP_BACKGROUND) >= 3
    assert _contrast(colour.text, colour.fill) >= 4.5


def test_vehicles_look_different() -> None:
    """No two of 18 have the same stop marks, no two of 30 the same line and mark; neighbours share nothing."""
    styles = [route_style(index) for index in range(30)]
    assert len(set(styles)) == 30
    assert len({(style.colour.fill, style.shape) for style in styles[:18]}) == 18
    for one, other in itertools.pairwise(styles):
        assert not {one.colour.fill, one.dash, one.shape} & {other.colour.fill, other.dash, other.shape}


def test_files_to_serve_exist() -> None:
    """Every name of the list is a file of the installed package, and pictures of the styles are among them."""
    files = leaflet_files()
    assert all(file.is_file() for file in files.values())
    style = files["leaflet/leaflet.css"].read_text(encoding="utf-8")
    assert {f"leaflet/{name}" for name in re.findall(r"url\((images/[^)]+)\)", style)} <= set(files)


def test_an_absent_package_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without the package the error says what to do; with a broken one it names the file."""
    monkeypatch.setattr(assets, "PACKAGE", "xstatic.pkg.nothing")
    with pytest.raises(MapAssetError, match="XStatic-Leaflet") as caught:
        leaflet_files()
    assert caught.value.action
    (tmp_path / "half_leaflet").mkdir()
    (tmp_path / "half_leaflet" / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(assets, "PACKAGE", "half_leaflet")
    with pytest.raises(MapAssetError, match=r"leaflet/leaflet\.js is not in"):
        leaflet_files()
