"""The printed sheet, read back from the PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from pypdf import PdfReader

from dispatch.model.catalog import Rider
from dispatch.model.day_state import DayState
from dispatch.model.errors import SetupError
from dispatch.model.plan import Task, Visit
from dispatch.model.reservation import Reservation
from dispatch.model.wording import Lang
from dispatch.route_sheet import fonts, route_sheets
from dispatch.route_sheet.pdf import render_sheet_pdf
from dispatch.store.protocol import Store


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without white space (a wrapped line is still one text)."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


@pytest.fixture
def long_day(
    state: DayState, make_state: Callable[..., DayState], make_trip: Callable[..., Reservation]
) -> Callable[[int], DayState]:
    """A day on which V1 carries that many trips one after the other."""

    def build(count: int) -> DayState:
        first = state.reservations[0]
        trips = tuple(
            make_trip(
                number,
                rider="R1",
                party=first.party.passengers,
                origin=first.origin,
                destination=first.destination,
                at="9:00",
            )
            for number in range(1, count + 1)
        )
        visits = tuple(
            Visit(reservation_id=trip.id, task=task, spot_key=spot.key, start_s=32400 + 600 * trip.id, service_s=60)
            for trip in trips
            for task, spot in ((Task.BOARD, trip.origin), (Task.ALIGHT, trip.destination))
        )
        route = replace(state.plan.routes[0], visits=visits, breaks=())
        return make_state(trips=trips, routes=(route,))

    return build


def test_names_times_and_places_are_in_the_text(store: Store, state: DayState) -> None:
    """What a driver looks for can be found (and copied) in the PDF."""
    (page,) = pages_of(render_sheet_pdf(route_sheets(store, _short(state))[0]))
    for text in ("髙﨑一郎", "タカサキイチロウ", "[U+20BB7]田はな", "ヨシダハナ", "9:05", "▲乗", "▽降", "0285-00-0001"):
        assert text in page
    for text in ("ひかり内科", "お迎え9:10〜9:30", "450円", "計画第7版", "運転太郎", "休憩60分（13:00まで）"):
        assert text in page


def _short(state: DayState) -> DayState:
    """Without the guest's trip: fits one page."""
    route = state.plan.routes[0]
    return replace(state, plan=replace(state.plan, routes=(replace(route, visits=route.visits[:4]),)))


def test_a_missing_glyph_is_announced_at_the_top(store: Store, state: DayState) -> None:
    """The first page warns that 𠮷 is shown by number; a sheet without such names has no warning."""
    first, idle = route_sheets(store, state)
    assert "印字できない文字を番号で示しました：[U+20BB7]" in pages_of(render_sheet_pdf(first))[0]
    assert "印字できない" not in "".join(pages_of(render_sheet_pdf(idle)))


def test_every_page_carries_head_and_number(store: Store, long_day: Callable[[int], DayState]) -> None:
    """Twelve trips take several pages; each repeats vehicle, titles and page x / y."""
    pages = pages_of(render_sheet_pdf(route_sheets(store, long_day(12))[0]))
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert page.count(f"{number}/{len(pages)}ページ") == 1
        assert "1号車" in page
        assert "場所・お客様" in page


def test_each_run_starts_a_page(store: Store, state: DayState) -> None:
    """Two shifts of one vehicle: the second driver's page begins afresh and has hours of its own."""
    late = replace(state.shifts[1], vehicle_id="V1", start_s=14 * 3600)
    (sheet,) = route_sheets(store, replace(state, shifts=(state.shifts[0], late)))
    pages = pages_of(render_sheet_pdf(sheet))
    assert "勤務14:00〜17:00" in pages[-1]
    assert "予約はありません" in pages[-1]
    assert not any("勤務14:00" in page for page in pages[:-1])


def test_no_row_is_cut_and_none_is_lost(store: Store, long_day: Callable[[int], DayState]) -> None:
    """Each of the 24 visits stands whole on one page: its chip and its booking number together."""
    pages = pages_of(render_sheet_pdf(route_sheets(store, long_day(12))[0]))
    bookings = [len(re.findall(r"予約\d+(?![\d件])", page)) for page in pages]
    chips = [len(re.findall(r"▲乗|▽降", page)) for page in pages]
    assert chips == bookings
    assert sum(chips) == 24


def test_english_sheet_is_drawn(store: Store, state: DayState) -> None:
    """Titles, breaks, totals and the warning have English words."""
    text = "".join(pages_of(render_sheet_pdf(route_sheets(store, state, lang=Lang.EN)[0])))
    for wanted in ("Routesheet", "▲ON", "▽OFF", "Break,60min(until13:00)", "fares¥750", "Charactersthisprinterlacks"):
        assert wanted in text


def test_same_sheet_same_bytes(store: Store, state: DayState) -> None:
    """Printing twice gives the same file."""
    sheet = route_sheets(store, state)[0]
    assert render_sheet_pdf(sheet) == render_sheet_pdf(sheet)


def test_only_used_glyphs_are_embedded(store: Store, state: DayState) -> None:
    """The font has 6 MB; a sheet stays below 150 kB."""
    assert len(render_sheet_pdf(route_sheets(store, state)[0])) < 150_000


def test_a_stop_taller_than_a_page_is_continued(store: Store, state: DayState) -> None:
    """Even a name of sixty missing characters with the longest note is printed to its last character."""
    rider = Rider(service_id="shimotsuke", id="R9", name="𠮷" * 60, kana="ヨ" * 80, birth_year=1940, notes="注" * 200)
    with store.writing() as work:
        work.save(rider)
    trips = tuple(replace(trip, rider_id="R9") for trip in state.reservations)
    text = "".join(pages_of(render_sheet_pdf(route_sheets(store, replace(state, reservations=trips))[0])))
    visits = 2 * len(trips)
    assert text.count("注意") == visits
    assert text.count("注") == visits * (200 + 1)
    assert text.count("ヨ") == visits * 80
    assert text.count("]") == visits * 60 + 2  # one more in the name of R1's home, one in the warning


def test_markup_in_a_name_is_only_text(store: Store, state: DayState) -> None:
    """A name that looks like markup is printed, not obeyed."""
    rider = Rider(service_id="shimotsuke", id="R2", name="<b>A&B</b>", kana="", birth_year=1940)
    with store.writing() as work:
        work.save(rider)
    text = "".join(pages_of(render_sheet_pdf(route_sheets(store, state)[0])))
    assert "<b>A&B</b>" in text


def test_a_missing_font_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the font package the error is ``font_missing``, not a traceback from the drawing library."""
    fonts.japanese_font.cache_clear()
    monkeypatch.setattr(fonts, "PACKAGE", "no_such_font_package")
    with pytest.raises(SetupError) as caught:
        fonts.japanese_font()
    assert caught.value.code == "font_missing"
