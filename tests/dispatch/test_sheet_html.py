"""The route sheet as a page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from dispatch.model.catalog import Rider
from dispatch.model.day_state import DayState
from dispatch.model.wording import Lang
from dispatch.route_sheet import render_sheet_html, route_sheets
from dispatch.store.protocol import Store


class Outline(HTMLParser):
    """Collects tags with their attributes, and all text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(page: str) -> Outline:
    outline = Outline()
    outline.feed(page)
    return outline


def test_page_says_what_the_sheet_says(store: Store, state: DayState) -> None:
    """Names, kana, promise, fare, aid and totals are on the page, 𠮷 as itself."""
    text = read(render_sheet_html(route_sheets(store, state)[0])).text
    for wanted in (
        "𠮷田 はな 様",
        "ヨシダ ハナ",
        "髙﨑 一郎 様",
        "お迎え 9:10〜9:30",
        "450円",
        "◆歩行器1",
        "運賃 750円",
    ):
        assert wanted in text


def test_page_loads_nothing(store: Store, state: DayState) -> None:
    """No script, style sheet, image or address of another host: the file opens anywhere."""
    page = render_sheet_html(route_sheets(store, state)[0])
    assert not {tag for tag, _ in read(page).tags} & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"https?:|url\(|@import", page)


def test_table_is_readable_by_a_screen_reader(store: Store, state: DayState) -> None:
    """The page has a language and a title; every column and every row has a header with its scope."""
    tags = read(render_sheet_html(route_sheets(store, state)[0])).tags
    assert ("html", {"lang": "ja"}) in tags
    scopes = [attributes["scope"] for tag, attributes in tags if tag == "th"]
    rows = sum(tag == "tr" for tag, _ in tags)
    assert scopes == ["col"] * 5 + ["row"] * (rows - 1)


def test_names_cannot_inject_markup(store: Store, state: DayState) -> None:
    """A name with markup is shown as text."""
    hostile = Rider(service_id="shimotsuke", id="R2", name="<script>x</script>", kana='"><b>', birth_year=1940)
    with store.writing() as work:
        work.save(hostile)
    outline = read(render_sheet_html(route_sheets(store, state)[0]))
    assert "script" not in {tag for tag, _ in outline.tags}
    assert "<script>x</script>" in outline.text


def test_phone_can_be_tapped(store: Store, state: DayState) -> None:
    """The number is a link that a phone dials, digits only."""
    tags = read(render_sheet_html(route_sheets(store, state)[0])).tags
    assert {a["href"] for tag, a in tags if tag == "a"} == {"tel:0285000001", "tel:0285000003"}


def test_english_page(store: Store, state: DayState) -> None:
    """Every text of the page itself has English words."""
    idle_too = "".join(render_sheet_html(sheet) for sheet in route_sheets(store, state, lang=Lang.EN))
    text = read(idle_too).text
    for wanted in ("Route sheet", "Place and riders", "1 in party", "◆1 walker", "fares ¥750", "No booking."):
        assert wanted in text


def test_nothing_booked_is_said(store: Store, state: DayState) -> None:
    """A vehicle without trips gets a page that says so, and no empty table."""
    outline = read(render_sheet_html(route_sheets(store, state)[1]))
    assert "予約はありません。待機してください。" in outline.text
    assert "table" not in {tag for tag, _ in outline.tags}
