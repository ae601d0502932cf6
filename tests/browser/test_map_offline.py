"""The map in a real browser: nobody else is asked, everything can be read, layers and keys work."""

from __future__ import annotations

import itertools
import math
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Page, Route, expect

from maps.assets import INLINE, Inline, Served, leaflet_files
from maps.drawing import render
from maps.geo import LatLon
from maps.map_document import DepotMarker, MapDocument, MapWords, RouteLayer, StopMarker


class Watched(Protocol):
    """What the page asked for and complained about."""

    urls: list[str]
    errors: list[str]

    def hosts(self) -> set[str]: ...


WORDS = MapWords(
    legend="凡例",
    routes="運行の表示",
    stop="停車",
    promised="お約束",
    scheduled="計画",
    depot="車庫",
    boundary="市の境界",
    zoom_in="拡大",
    zoom_out="縮小",
    close="閉じる",
    no_script="地図には JavaScript が要ります。",
)
DEPOT = LatLon(36.388, 139.842)
HOSPITAL, STATION, CLINIC = LatLon(36.397, 139.846), LatLon(36.3954, 139.8545), LatLon(36.42, 139.86)
BOUNDARY = (LatLon(36.35, 139.78), LatLon(36.35, 139.90), LatLon(36.46, 139.90), LatLon(36.46, 139.78))
HOSTILE = "</script><script>document.title='taken'</script><img src='http://elsewhere.test/x.png' onerror=alert(1)>"


def _stop(number: int, at: LatLon, name: str) -> StopMarker:
    return StopMarker(
        number=number, at=at, title_lines=(name, "乗車 R-012"), promised_text="9:05–9:20", scheduled_text="9:12"
    )


def _route(index: int, label: str, points: tuple[LatLon, ...], name: str = "自治医大病院") -> RouteLayer:
    stops = tuple(_stop(number, at, name) for number, at in enumerate(points, start=1))
    return RouteLayer(label=label, index=index, path=(DEPOT, *points, DEPOT), stops=stops)


def _document(*routes: RouteLayer) -> MapDocument:
    return MapDocument(
        title="配車計画",
        lang="ja",
        words=WORDS,
        boundary=BOUNDARY,
        depots=(DepotMarker(label="市役所車庫", at=DEPOT),),
        routes=routes,
    )


TWO_VEHICLES = _document(
    _route(0, "1号車", (HOSPITAL, STATION, HOSPITAL, CLINIC)), _route(1, "2号車", (STATION, HOSPITAL))
)


def _open(page: Page, folder: Path, document: MapDocument, assets: Served | Inline = INLINE) -> None:
    file = folder / "map.html"
    file.write_text(render(document, assets=assets), encoding="utf-8")
    page.goto(file.as_uri())


def test_the_map_from_the_disk_asks_nobody(page: Page, watch: Watched, tmp_path: Path) -> None:
    """The one request is the file itself; stops, depot, lines and legend are there; nothing complains."""
    _open(page, tmp_path, TWO_VEHICLES)
    expect(page.locator(".stop .number")).to_have_count(6)
    for number in page.locator(".stop .number").all():
        expect(number).to_be_visible()
    expect(page.locator(".depot .depot-mark")).to_be_visible()
    expect(page.get_by_role("region", name="凡例").get_by_role("listitem")).to_have_count(2)  # depot, boundary
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(3)  # two routes, one boundary
    assert watch.urls == [(tmp_path / "map.html").as_uri()]
    assert watch.errors == []


def test_served_files_are_all_it_needs(page: Page, watch: Watched) -> None:
    """With Leaflet below a prefix of our own host, every request goes to that host and finds its file."""
    files = {f"http://desk.test/static/vendor/{name}": file for name, file in leaflet_files().items()}
    document = render(TWO_VEHICLES, assets=Served(prefix="/static/vendor/"))

    def answer(route: Route) -> None:
        if route.request.url == "http://desk.test/map":
            route.fulfill(body=document, content_type="text/html; charset=utf-8")
        else:
            route.fulfill(path=files[route.request.url])

    page.route("**/*", answer)
    page.goto("http://desk.test/map")
    expect(page.locator(".stop .number")).to_have_count(6)
    assert watch.hosts() == {"desk.test"}
    assert len(watch.urls) == 3  # the page, the script, the style
    assert watch.errors == []


def test_each_vehicle_is_a_layer(page: Page, tmp_path: Path) -> None:
    """Taking the tick away hides line and stops of that vehicle only; with the tick they are back."""
    _open(page, tmp_path, TWO_VEHICLES)
    second = page.get_by_role("checkbox", name="2号車")
    second.uncheck()
    expect(page.locator(".stop .number")).to_have_count(4)
    expect(page.locator(".stop[title^='2号車']")).to_have_count(0)
    expect(page.locator(".leaflet-overlay-pane path")).to_have_count(2)
    second.check()
    expect(page.locator(".stop .number")).to_have_count(6)


def test_keys_open_a_stop_with_both_times(page: Page, tmp_path: Path) -> None:
    """Enter on a stop in focus shows vehicle, number, place, promised and planned time; Escape closes it."""
    _open(page, tmp_path, TWO_VEHICLES)
    stop = page.get_by_role("button", name="1号車 停車 2 自治医大病院")
    stop.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    for text in ("1号車 停車 2", "自治医大病院", "お約束", "9:05–9:20", "計画", "9:12"):
        expect(popup).to_contain_text(text)
    expect(page.get_by_role("button", name="閉じる")).to_be_visible()
    page.keyboard.press("Escape")
    expect(popup).to_have_count(0)


def test_numbers_at_one_place_can_all_be_read(page: Page, tmp_path: Path) -> None:
    """Twelve stops at the same door: no number covers another, at the first view and after zooming."""
    _open(page, tmp_path, _document(_route(0, "1号車", (HOSPITAL,) * 6), _route(1, "2号車", (HOSPITAL,) * 6)))
    for _ in range(2):
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
        boxes = [number.bounding_box() for number in page.locator(".stop .number").all()]
        centres = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes if box]
        assert len(centres) == 12
        assert min(math.dist(a, b) for a, b in itertools.combinations(centres, 2)) >= 26
        page.get_by_role("button", name="拡大").click()


def test_the_whole_view_goes_on_paper(page: Page, tmp_path: Path) -> None:
    """Printing lays the map out at the size of a sheet with every stop on it; afterwards the screen is as before."""
    _open(page, tmp_path, TWO_VEHICLES)
    before = page.locator(".folium-map").bounding_box()
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    sheet = page.locator(".folium-map").bounding_box()
    assert sheet is not None
    assert (sheet["width"], sheet["height"]) == (1040, 590)
    for number in page.locator(".stop .number").all():
        box = number.bounding_box()
        assert box is not None
        assert sheet["x"] < box["x"] < box["x"] + box["width"] < sheet["x"] + sheet["width"]
        assert sheet["y"] < box["y"] < box["y"] + box["height"] < sheet["y"] + sheet["height"]
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert page.locator(".folium-map").bounding_box() == before


def test_texts_are_texts(page: Page, watch: Watched, tmp_path: Path) -> None:
    """Markup in a label, a name or a title is shown as it is written, and nothing in it runs or loads."""
    document = _document(_route(0, HOSTILE, (HOSPITAL, STATION), name=HOSTILE + "`${1}`"))
    _open(page, tmp_path, document)
    page.locator(".stop .number").first.click()
    expect(page.locator(".leaflet-popup-content")).to_contain_text(HOSTILE + "`${1}`")
    expect(page.locator(".leaflet-control-layers label")).to_contain_text(HOSTILE)
    expect(page.locator(".legend li").first).to_contain_text(HOSTILE)
    assert page.title() == "配車計画"
    assert page.locator("img").count() == 0
    assert (watch.hosts(), watch.errors) == (set(), [])


@pytest.mark.parametrize("lines", [0, 1])
def test_an_empty_day_has_a_map(page: Page, watch: Watched, lines: int, tmp_path: Path) -> None:
    """No routes, or a vehicle that stays in the depot: city and legend are shown, nothing complains."""
    resting = RouteLayer(label="1号車", index=0, path=(), stops=())
    _open(page, tmp_path, _document(*[resting] * lines))
    expect(page.locator(".legend li")).to_have_count(2 + lines)
    expect(page.get_by_role("main", name="配車計画").locator(".leaflet-control-scale")).to_be_visible()
    assert watch.errors == []
