"""By hand at the desk: every objection is said before anything is changed, and no force overfills a vehicle."""

from __future__ import annotations

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dispatch.model.plan import Task
from dispatch.model.reservation import Reservation, Side
from dispatch.moves.move import Reorder
from tests.browser.conftest import Watch
from tests.browser.keyboard import DAY
from tests.scenarios.test_replan import shift_of
from tests.scenarios.town import OPERATOR, SERVICE, TUESDAY, Town, party_of

SEVERE = {"serious", "critical"}


def carried(town: Town, trip: Reservation) -> str:
    return shift_of(town.desk.plan(service_id=SERVICE, day=TUESDAY).routes, trip.id)


def open_card(page: Page, address: str, trip: Reservation) -> None:
    page.goto(address + DAY)
    page.get_by_role("button", name=f"予約 {trip.id} を手で動かす").click()
    expect(page.get_by_role("heading", name=f"予約 {trip.id} を手で動かす")).to_be_focused()


def severe(page: Page) -> list[str]:
    """What axe finds serious or critical on the page."""
    return [one["id"] for one in Axe().run(page).response["violations"] if one["impact"] in SEVERE]


def test_a_trip_is_tried_then_moved_and_the_board_follows(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Trying changes nothing; moving locks the trip to its new vehicle, and the board shows it there."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    assert carried(town, trip) == "S1"
    open_card(page, address, trip)
    page.get_by_role("button", name="ためす").click()
    expect(page.get_by_role("heading", name="移せます。")).to_be_focused()
    assert carried(town, trip) == "S1"
    assert severe(page) == []
    page.get_by_role("button", name="移す", exact=True).click()
    expect(page.locator("#hand .message")).to_contain_text("移し、固定しました")
    expect(page.locator("#hand")).to_contain_text("に固定中")
    expect(page.locator("article.vehicle", has_text="2号車")).to_contain_text("乗客1")
    assert carried(town, trip) == "S2"
    assert watch.errors == []


def test_no_force_is_offered_where_seats_are_missing(page: Page, address: str, town: Town) -> None:
    """Six people on a taxi of four: the rule is named, and there is no button to make it."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00", party=party_of(6)))
    open_card(page, address, trip)
    page.get_by_role("button", name="ためす").click()
    expect(page.get_by_role("heading", name="この車には移せません。")).to_be_focused()
    expect(page.locator("#hand-answer")).to_contain_text("お席が足りません")
    expect(page.locator("#hand-answer form")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#hand")).to_be_empty()


def test_a_locked_trip_is_moved_by_force_only_and_the_journal_says_so(page: Page, address: str, town: Town) -> None:
    """Lock, try: the lock is named; force: journaled as forced."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    open_card(page, address, trip)
    page.get_by_role("button", name="この車に固定する").click()
    expect(page.locator("#hand .message")).to_contain_text("固定しました")
    page.get_by_role("button", name="ためす").click()
    expect(page.locator("#hand-answer")).to_contain_text("決められた車ではない車")
    page.get_by_role("button", name="固定を押し切って移す").click()
    expect(page.locator("#hand .message")).to_contain_text("日誌に残しました")
    last = json.loads(town.store.journal(SERVICE, TUESDAY).records[-1].body)
    assert dict(last["ids"])["forced"] == 1


def test_a_rider_who_may_shift_is_asked_on_the_phone_first(page: Page, address: str, town: Town) -> None:
    """Both taxis have their hands full at nine: another time is read aloud, and made once somebody has consented."""
    full = party_of(4)
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00", party=full))
    other = town.book(town.wish("R2", origin="school", destination="market", after="9:00", party=full))
    assert carried(town, trip) != carried(town, other)
    open_card(page, address, trip)
    page.get_by_role("button", name="ためす").click()
    expect(page.get_by_role("heading", name="この車には移せません。")).to_be_focused()
    expect(page.locator("#hand-answer .objections")).to_contain_text("分）")
    page.get_by_label("本人の時刻をずらしてよい").check()
    page.get_by_role("button", name="ためす").click()
    expect(page.locator("#hand-answer")).to_contain_text("お電話で確かめてください")
    page.get_by_label("了承した方").select_option("family")
    page.get_by_role("button", name="了承を得たので、移す").click()
    expect(page.locator("#hand .message")).to_contain_text("固定しました")
    changed = town.store.reservation(trip.id)
    assert changed.promise != trip.promise
    assert [one.given_by for one in changed.consents] == ["family"]


def two_on_one_route(town: Town) -> tuple[Reservation, Reservation]:
    """R1 from the depot and R2 from the station, both to the clinic at nine: the depot comes first."""
    trips = (
        town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00")),
        town.book(town.wish("R2", origin="station", destination="clinic", after="9:00")),
    )
    assert carried(town, trips[0]) == carried(town, trips[1])
    return trips


def boarding_order(town: Town) -> list[int]:
    (route,) = town.desk.plan(service_id=SERVICE, day=TUESDAY).routes
    return [visit.reservation_id for visit in route.visits if visit.task is Task.BOARD]


def test_a_pick_up_goes_one_turn_earlier_and_is_kept_there(page: Page, watch: Watch, address: str, town: Town) -> None:
    """By keyboard: one turn earlier is tried, said with its new times, made; the card then says what is kept."""
    first, second = two_on_one_route(town)
    open_card(page, address, second)
    earlier = page.get_by_role("button", name="お迎えをひとつ前へ（ためす）")
    earlier.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="この順番にできます。")).to_be_focused()
    expect(page.locator("#hand-answer .effects")).to_contain_text(str(first.id))
    assert boarding_order(town) == [first.id, second.id]
    assert severe(page) == []
    page.get_by_role("button", name="この順番にする").click()
    expect(page.locator("#hand .message")).to_contain_text("順番を変え、固定しました")
    expect(page.locator("#hand")).to_contain_text(f"お迎えは、予約{first.id}")
    assert boarding_order(town) == [second.id, first.id]
    assert watch.errors == []


def test_a_turn_is_chosen_from_the_list_and_a_broken_promise_is_named(page: Page, address: str, town: Town) -> None:
    """Alighting only after a trip at half past ten is too late by an hour and more: said, and not to be forced."""
    first, _ = two_on_one_route(town)
    late = town.book(town.wish("R3", origin="school", destination="market", after="10:30"))
    assert carried(town, late) == carried(town, first)
    open_card(page, address, first)
    page.get_by_label("順番を選ぶ").select_option(f"alight.after.{late.id}.alight")
    page.get_by_role("button", name="この順番をためす").click()
    expect(page.get_by_role("heading", name="この順番にはできません。")).to_be_focused()
    expect(page.locator("#hand-answer .objections")).to_contain_text("お約束の時間を守れていません")
    expect(page.locator("#hand-answer form")).to_have_count(0)


def test_an_order_of_somebody_else_is_turned_round_by_force_only(page: Page, address: str, town: Town) -> None:
    """The order kept before is named; forced, the journal says so."""
    first, second = two_on_one_route(town)
    move = Reorder(
        reservation_id=second.id, task=Task.BOARD, side=Side.BEFORE, other_id=first.id, other_task=Task.BOARD
    )
    town.desk.make_move(service_id=SERVICE, day=TUESDAY, move=move, actor=OPERATOR)
    open_card(page, address, first)
    page.get_by_role("button", name="お迎えをひとつ前へ（ためす）").click()
    expect(page.locator("#hand-answer .objections")).to_contain_text("手で決めた順番が変わります")
    page.get_by_role("button", name="承知のうえで、この順番にする").click()
    expect(page.locator("#hand .message")).to_contain_text("日誌に残しました")
    assert boarding_order(town) == [first.id, second.id]
    last = json.loads(town.store.journal(SERVICE, TUESDAY).records[-1].body)
    assert dict(last["ids"])["forced"] == 1


def test_a_vehicle_is_taken_off_the_road_and_put_back(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Tried, made; the board says since when and why and has no more button for it; lifting puts it back."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    page.goto(address + DAY)
    page.get_by_role("button", name="1号車 を運行から外す").click()
    expect(page.get_by_role("heading", name="1号車 を運行から外す")).to_be_focused()
    page.get_by_label("勤務の取りやめ").check()
    page.get_by_role("button", name="ためす").click()
    expect(page.get_by_role("heading", name="外せます。お約束はすべて守れます。")).to_be_focused()
    assert carried(town, trip) == "S1"
    assert severe(page) == []
    page.get_by_role("button", name="運行から外す", exact=True).last.click()
    expect(page.get_by_role("heading", name="1号車 を運行から外しました。")).to_be_focused()
    expect(page.locator(".board-head")).to_contain_text("から運行を外れています")
    expect(page.get_by_role("button", name="1号車 を運行から外す")).to_have_count(0)
    assert carried(town, trip) == "S2"
    page.get_by_role("button", name="1号車 を運行に戻す").click()
    expect(page.get_by_role("heading", name="1号車 を運行に戻しました。")).to_be_focused()
    expect(page.get_by_role("button", name="1号車 を運行から外す")).to_be_visible()
    assert watch.errors == []


def test_who_has_to_be_called_is_named_before_a_breach_is_accepted(page: Page, address: str, town: Town) -> None:
    """Two trips at nine, far apart, and one taxi left: the late one is named with minutes, and accepted in words."""
    trips = [
        town.book(town.wish("R0", origin="spa", destination="clinic", after="9:00")),
        town.book(town.wish("R1", origin="school", destination="clinic", after="9:00")),
    ]
    page.goto(address + DAY)
    page.get_by_role("button", name="1号車 を運行から外す").click()
    page.get_by_role("button", name="ためす").click()
    expect(page.locator("#hand-answer .people")).to_contain_text("分 遅れ")
    page.get_by_role("button", name="遅れを認めて、運行から外す").click()
    expect(page.get_by_text("次の方にお電話してください。")).to_be_visible()
    assert sum(bool(town.store.reservation(trip.id).breaches) for trip in trips) == 1


def test_a_slow_hour_is_said_tried_and_undone(page: Page, watch: Watch, address: str, town: Town) -> None:
    """Half as long again all day: the trip is re-timed, the board says so, and the roads are as usual again."""
    trip = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    page.goto(address + DAY)
    page.get_by_role("button", name="道路の状況").click()
    expect(page.get_by_role("heading", name="道路の状況（通行止め・渋滞）")).to_be_focused()
    page.get_by_label("走行にかかる時間").select_option("150")
    page.get_by_role("button", name="ためす").click()
    expect(page.get_by_role("heading", name="お約束はすべて守れます。")).to_be_focused()
    expect(page.locator("#hand-answer .effects")).to_contain_text(str(trip.id))
    assert severe(page) == []
    page.get_by_role("button", name="この状況にする").click()
    expect(page.locator(".board-head")).to_contain_text("走行時間 いつもの 1.5 倍")
    page.get_by_role("button", name="元に戻す").click()
    expect(page.get_by_role("heading", name="道路の状況を元に戻しました。")).to_be_focused()
    expect(page.get_by_text("走行時間 いつもの 1.5 倍")).to_have_count(0)
    assert [change.lifted for change in town.store.roads(SERVICE, TUESDAY)] == [True]
    assert watch.errors == []


def test_whom_nobody_can_drive_on_slow_roads_is_named_before_it_is_made(page: Page, address: str, town: Town) -> None:
    """Three times as long all day: the last trip before closing does not end in its shift. Who it is, is said and
    asked; with the yes the roads are slow and there is somebody to be called."""
    kept = town.book(town.wish("R1", origin="depot", destination="clinic", after="9:00"))
    last = town.book(town.wish("R2", origin="market", destination="clinic", after="16:35"))
    page.goto(address + DAY)
    page.get_by_role("button", name="道路の状況").click()
    page.get_by_label("走行にかかる時間").select_option("300")
    page.get_by_role("button", name="ためす").click()
    expect(page.get_by_role("heading", name="この状況では、どの車でもお送りできない方がいます。")).to_be_focused()
    expect(page.locator("#hand-answer .objections").first).to_contain_text("ご乗車が長くなります")
    expect(page.locator("#hand-answer .objections").last).to_contain_text(str(last.id))
    assert severe(page) == []
    page.get_by_role("button", name="送れないことを認めて、この状況にする").click()
    expect(page.locator(".board-head")).to_contain_text("走行時間 いつもの 3 倍")
    expect(page.locator("#hand .objections").last).to_contain_text(str(last.id))
    assert [trip.id for trip in town.store.day_state(SERVICE, TUESDAY).reservations] == [kept.id]
