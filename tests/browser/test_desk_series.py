"""Recurring trips at the desk: kept from the form, what was missed shown and tried again, one day skipped."""

from __future__ import annotations

from datetime import timedelta

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dispatch.model.series import Retimed
from dispatch.model.times import parse_clock
from tests.browser.conftest import Watch
from tests.browser.keyboard import DAY, open_rider
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town
from tests.scenarios.weekly import TUESDAYS


def test_a_weekly_trip_is_kept_and_booked(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Tuesdays from 9:30 until March: this Tuesday is booked at once; the card shows the template; it can be ended."""
    open_rider(page, address)
    page.locator("#destination").fill("clinic")
    page.locator("#time").fill("930")
    page.get_by_text("毎週くり返す（定期のご予約）").click()
    page.get_by_role("checkbox", name="火").check()
    page.locator("#until").fill("2027-03-31")
    page.get_by_role("button", name="定期として登録する").click()
    expect(page.locator(".done .say")).to_contain_text("毎週のご予約を承りました。火に、お取りしていきます。")
    expect(page.locator(".done")).to_contain_text("2026年11月24日（火）: 予約しました")
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    (series,) = town.store.all_series(SERVICE)
    assert trip.series_id == series.id
    expect(page.locator("#standing")).to_contain_text("毎週火・9時30分から・2027年3月31日（水）まで")
    page.get_by_role("button", name=f"定期 {series.id} をやめる").click()
    expect(page.locator(".done .say")).to_contain_text("定期のご予約をやめました。")
    assert town.store.series(series.id).last < series.last
    assert watch.errors == []


def test_what_could_not_be_booked_is_seen_and_tried_again(page: Page, watch: Watch, address: str, town: Town) -> None:
    """The clinic is closed when the date is booked: the page of the day says so; open again, one press books it."""
    clinic = town.store.place(SERVICE, "clinic")
    with town.store.writing() as work:
        work.save(clinic.model_copy(update={"active": False}))
    town.desk.add_series(series=TUESDAYS, actor=OPERATOR)
    town.desk.book_series(service_id=SERVICE, actor=OPERATOR)
    with town.store.writing() as work:
        work.save(clinic.model_copy(update={"active": True}))
    page.goto(address + DAY)
    missed = page.locator("#missed")
    expect(missed).to_contain_text("予約できていない定期 1件")
    expect(missed).to_contain_text("乗客1 様")
    missed.locator("[hx-post]").click()
    expect(missed).to_have_text("")
    (trip,) = town.store.reservations(SERVICE, TUESDAY)
    assert trip.rider_id == "R1"
    assert watch.errors == []


def test_one_date_is_given_another_time_and_put_back(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Next Tuesday is wanted from 10:30: the card says so, that date is booked so, and can be put back before."""
    series = town.desk.add_series(series=TUESDAYS, actor=OPERATOR)
    later = TUESDAY + timedelta(days=14)
    day = DAY.replace(TUESDAY.isoformat(), later.isoformat())

    def open_card() -> None:
        page.goto(address + day)
        page.keyboard.type("乗客1")
        page.locator("#results button").click()
        expect(page.locator("#standing")).to_contain_text("毎週火・9時から")

    open_card()
    page.get_by_label("この日だけの時刻").fill("1030")
    page.get_by_label("この日だけの時刻").press("Enter")
    expect(page.locator(".done .say")).to_contain_text("12月8日（火）の定期のご予約は、10時30分からでお取りします。")
    assert town.store.series(series.id).retimed == (Retimed(date=later, time_s=parse_clock("10:30")),)
    open_card()
    expect(page.locator("#standing")).to_contain_text("この日は 10時30分から")
    assert [
        one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}
    ] == []
    page.get_by_role("button", name=f"定期 {series.id} の{later.isoformat()}をいつもの時刻に戻す").click()
    expect(page.locator(".done .say")).to_contain_text("9時からでお取りします。")
    assert town.store.series(series.id).retimed == ()
    assert watch.errors == []
