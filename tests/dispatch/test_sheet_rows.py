"""What a route sheet says, before it is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from dispatch.model.catalog import RiderPlace
from dispatch.model.day_state import DayState
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.plan import BreakSlot, Task
from dispatch.model.reservation import Reservation
from dispatch.model.times import clock_text
from dispatch.model.wish import NO_RIDER
from dispatch.model.wording import Lang
from dispatch.route_sheet import RouteSheet, route_sheets
from dispatch.route_sheet.sheet import BreakRow, DepotRow, SheetRow, StopRow
from dispatch.route_sheet.words import party_text, payment_text
from dispatch.store.protocol import Store


def stops(sheet: RouteSheet) -> list[StopRow]:
    return [row for row in sheet.runs[0].rows if isinstance(row, StopRow)]


def outline(row: SheetRow) -> str:
    match row:
        case StopRow():
            return f"{clock_text(row.start_s)} stop {row.number}"
        case BreakRow():
            return f"{clock_text(row.start_s)} break until {clock_text(row.end_s)}"
        case DepotRow():
            return f"{clock_text(row.at_s)} {'out' if row.leaving else 'in'}"


def test_rows_follow_the_route(store: Store, state: DayState) -> None:
    """Depot, stops, break and depot come in the order of the route; visits at one place are one stop."""
    sheet = route_sheets(store, state)[0]
    assert [outline(row) for row in sheet.runs[0].rows] == [
        "8:50 out",
        "9:05 stop 1",
        "9:20 stop 2",
        "9:35 stop 3",
        "12:00 break until 13:00",
        "13:05 stop 4",
        "13:25 stop 5",
        "13:45 in",
    ]
    assert [(visit.task, visit.reservation_id) for visit in stops(sheet)[2].visits] == [
        (Task.ALIGHT, 2),
        (Task.ALIGHT, 1),
    ]


def test_head_names_vehicle_driver_day_and_version(store: Store, state: DayState) -> None:
    """The head says which vehicle, who drives, the day with its weekday, the plan version and when it was made."""
    sheet = route_sheets(store, state)[0]
    assert (sheet.vehicle_id, sheet.vehicle, sheet.plate) == ("V1", "1号車", "栃木 500 あ 1")
    assert sheet.runs[0].driver == "運転 太郎"
    assert sheet.date_text == "2026年11月24日（火）"
    assert (sheet.plan_version, sheet.made_at) == (7, "11/23 15:20 作成")
    assert (sheet.service_name, sheet.service_phone) == ("おでかけ号", "0285-00-0000")


def test_a_visit_says_what_the_driver_needs(store: Store, state: DayState) -> None:
    """Name with kana, phone, party, aid, promise, voucher and note stand with the boarding of Hana at her home."""
    home = stops(route_sheets(store, state)[0])[0]
    (hana,) = home.visits
    assert home.place.name == "𠮷田 はな 様の自宅"
    assert home.place.details == ("緯度経度 36.41234, 139.84567", "門の前、北側から")
    assert (hana.name, hana.kana, hana.phone) == ("𠮷田 はな 様", "ヨシダ ハナ", "0285-00-0001")
    assert (hana.party, hana.aids, hana.payment) == ("1名", ("歩行器1",), "無料券1枚")
    assert (hana.promised, hana.notes) == ("お迎え 9:00〜9:20", ("耳が遠い",))


def test_a_home_is_named_by_its_address(store: Store, state: DayState) -> None:
    """Where the registration holds an address, the driver reads it first; coordinates are for homes without one."""
    home = store.rider_place(state.service_id, "H1")
    with store.writing() as work:
        work.save(RiderPlace(**home.model_dump(exclude={"address"}), address="下野市小金井1-2-3"))
    place = stops(route_sheets(store, state)[0])[0].place
    assert place.details == ("下野市小金井1-2-3", "門の前、北側から")


def test_fare_is_named_once(store: Store, state: DayState) -> None:
    """The fare stands where the party boards and not again where it alights."""
    rows = stops(route_sheets(store, state)[0])
    ichiro = [visit for row in rows for visit in row.visits if visit.reservation_id == 2]
    assert [(visit.task, visit.payment) for visit in ichiro] == [(Task.BOARD, "450円"), (Task.ALIGHT, "")]
    assert ichiro[1].promised == "10:10 までに到着"


def test_seats_in_use_after_each_stop(store: Store, state: DayState) -> None:
    """Seats taken / seats of the layout [4, 1]: Hana 1; then Ichiro's carer 2 and his wheelchair 1; then none."""
    rows = stops(route_sheets(store, state)[0])
    assert [[(use.kind, use.used, use.places) for use in row.aboard] for row in rows[:3]] == [
        [("座席", 1, 4), ("車いす", 0, 1)],
        [("座席", 2, 4), ("車いす", 1, 1)],
        [("座席", 0, 4), ("車いす", 0, 1)],
    ]


def test_layout_is_the_one_that_holds_the_load(
    store: Store, make_state: Callable[..., DayState], make_trip: Callable[..., Reservation], state: DayState
) -> None:
    """Five on seats do not fit [4, 1]; the sheet counts against [6, 0] and names no wheelchair place."""
    first = state.reservations[1]
    five = make_trip(
        1, rider="R1", party=(Passenger(),) * 5, origin=first.origin, destination=first.destination, at="9:00"
    )
    route = state.plan.routes[0]
    visits = (
        replace(route.visits[1], reservation_id=1),
        replace(route.visits[2], reservation_id=1),
    )
    busy = make_state(trips=(five,), routes=(replace(route, visits=visits, breaks=()),))
    rows = stops(route_sheets(store, busy)[0])
    assert [[(use.used, use.places) for use in row.aboard] for row in rows] == [[(5, 6)], [(0, 6)]]


def test_totals_add_up(store: Store, state: DayState) -> None:
    """3 bookings, 1 + 2 + 1 people, 450 + 300 yen, 1 voucher, the metres of the route."""
    totals = route_sheets(store, state)[0].runs[0].totals
    assert (totals.reservations, totals.people, totals.fare_yen, totals.vouchers) == (3, 4, 750, 1)
    assert totals.distance_m == 23_456


def test_every_vehicle_on_duty_has_a_sheet(store: Store, state: DayState) -> None:
    """A vehicle with nothing booked gets a sheet too; its unnamed driver is shown as such."""
    idle = route_sheets(store, state)[1]
    assert (idle.vehicle_id, idle.runs[0].rows, idle.runs[0].driver) == ("V2", (), "（未定）")
    assert idle.runs[0].totals.reservations == 0


def test_two_shifts_of_a_vehicle_are_two_runs_of_one_sheet(store: Store, state: DayState) -> None:
    """Morning and afternoon shift of one vehicle come on one sheet, in order of time."""
    late = replace(state.shifts[1], vehicle_id="V1", start_s=14 * 3600)
    sheets = route_sheets(store, replace(state, shifts=(late, state.shifts[0])))
    assert [(sheet.vehicle_id, [run.shift_id for run in sheet.runs]) for sheet in sheets] == [("V1", ["S1", "S2"])]


@pytest.mark.parametrize("forgotten", ["R404", NO_RIDER])
def test_erased_people_leave_a_printable_sheet(store: Store, state: DayState, forgotten: str) -> None:
    """A rider or guest whose name is gone is shown by booking number; the sheet is still made."""
    first, *others = state.reservations
    erased = replace(first, rider_id=forgotten, request_id=404)
    sheet = route_sheets(store, replace(state, reservations=(erased, *others)))[0]
    (visit,) = stops(sheet)[0].visits
    assert (visit.name, visit.kana, visit.phone) == ("お名前なし（予約1でご確認を）", "", "")


def test_erased_home_and_unknown_place_leave_a_printable_sheet(store: Store, state: DayState) -> None:
    """A home that is gone keeps its coordinates; a place that is gone keeps its id."""
    home, _, clinic, *_ = state.plan.routes[0].visits
    gone_home = replace(state.reservations[0].origin, id="H404")
    gone_place = replace(state.reservations[1].destination, id="P404")
    first, second, third = state.reservations
    trips = (replace(first, origin=gone_home), replace(second, destination=gone_place), third)
    visits = (
        replace(home, spot_key=gone_home.key),
        state.plan.routes[0].visits[1],
        replace(clinic, spot_key=gone_place.key),
        *state.plan.routes[0].visits[3:],
    )
    plan = replace(state.plan, routes=(replace(state.plan.routes[0], visits=visits),))
    rows = stops(route_sheets(store, replace(state, reservations=trips, plan=plan))[0])
    assert (rows[0].place.name, rows[0].place.details) == ("ご登録の場所", ("緯度経度 36.41234, 139.84567",))
    assert rows[2].place.name == "乗降場所 P404"


def test_breaks_split_a_halt(store: Store, state: DayState) -> None:
    """A break between two visits at one place makes two stops, so that the order on paper is the order of the day."""
    route = state.plan.routes[0]
    pause = BreakSlot(start_s=9 * 3600 + 36 * 60, duration_s=600, after_visit=3)
    plan = replace(state.plan, routes=(replace(route, breaks=(pause,)),))
    rows = route_sheets(store, replace(state, plan=plan))[0].runs[0].rows
    assert [outline(row) for row in rows[3:6]] == ["9:35 stop 3", "9:36 break until 9:46", "9:36 stop 4"]


def test_english_sheet(store: Store, state: DayState) -> None:
    """The same sheet in English names service, weekday and promise in English."""
    sheet = route_sheets(store, state, lang=Lang.EN)[0]
    assert (sheet.service_name, sheet.date_text) == ("Odekake", "Tue 2026-11-24")
    assert stops(sheet)[0].visits[0].promised == "pick up 9:00–9:20"


def test_party_in_words() -> None:
    """Classes are counted unless everybody is an adult."""
    child, carer = Passenger(fare_class=FareClass.PUPIL), Passenger(fare_class=FareClass.CARER)
    assert party_text(Party(passengers=(Passenger(aid=Aid.SLOW),)), lang=Lang.JA) == "1名"
    assert party_text(Party(passengers=(Passenger(), child, child, carer)), lang=Lang.JA) == (
        "4名（大人1・小中学生2・介助者1）"
    )


@pytest.mark.parametrize(
    ("fare_yen", "vouchers", "text"),
    [(300, 0, "300円"), (0, 0, "無料"), (0, 2, "無料券2枚"), (1200, 1, "無料券1枚＋1,200円")],
)
def test_payment_in_words(fare_yen: int, vouchers: int, text: str) -> None:
    """Cash, vouchers, both or nothing."""
    assert payment_text(fare_yen=fare_yen, vouchers=vouchers, lang=Lang.JA) == text


def test_every_visit_is_printed_once(store: Store, state: DayState) -> None:
    """Every visit of the plan is on the sheets exactly once."""
    planned = [visit for route in state.plan.routes for visit in route.visits]
    printed = [
        (visit.reservation_id, visit.task)
        for sheet in route_sheets(store, state)
        for run in sheet.runs
        for row in run.rows
        if isinstance(row, StopRow)
        for visit in row.visits
    ]
    assert printed == [(visit.reservation_id, visit.task) for visit in planned]
