"""The desk as a browser asks for it: whole pages, parts for htmx, forms."""

from __future__ import annotations

import re

import pytest
from httpx import Response

from dispatch.model.stop import stops_of
from dispatch.model.times import clock_text
from tests.api.in_process import Client
from tests.scenarios.town import SERVICE, TUESDAY, Town, party_of, town_rules

DAY = "/desk/town/2026-11-24"
PART = {"hx-request": "true"}
WISH = {
    "rider_id": "R1",
    "origin": "自宅",
    "destination": "clinic",
    "time_kind": "depart_after",
    "time": "900",
    "fare_class": "adult",
    "aid": "none",
}
VISITOR = {
    "rider_id": "",
    "origin": "station",
    "guest_name": "見本花子",
    "guest_kana": "みほん はなこ",
    "guest_phone": "0285009999",
}


def send(client: Client, path: str, fields: dict[str, str]) -> Response:
    return client.call("POST", f"{DAY}{path}", data=fields, headers=PART)


def first_offer(client: Client, fields: dict[str, str], *, path: str = "/offers") -> str:
    found = re.search(r'name="offer_id" value="(\d+)"', send(client, path, fields).text)
    assert found is not None
    return found[1]


def book(client: Client, fields: dict[str, str]) -> Response:
    return send(client, "/reservations", {"offer_id": first_offer(client, fields)})


def test_the_door_leads_to_the_next_day_with_bookings(client: Client, town: Town) -> None:
    """From the evening before: today (a holiday) while nothing is booked is passed over for the next service day."""
    assert client.get("/").headers["location"] == "/desk/town"
    assert client.get("/desk/town").headers["location"] == DAY
    town.book(town.wish("R1", origin="home", destination="clinic", after="9:00"))
    assert client.get("/desk/town").headers["location"] == DAY


def test_a_page_needs_no_script_of_its_own(client: Client) -> None:
    """No inline script, no inline style, no event attribute, nothing from another host."""
    page = client.get(DAY).text
    assert "<script>" not in page
    assert re.search(r"\sstyle=|\son[a-z]+=", page) is None
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', page)) == set()


def test_every_file_the_page_names_is_served(client: Client) -> None:
    """Styles, scripts, icon and htmx come from this server."""
    page = client.get(DAY).text
    files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(files) == 8
    assert [client.get(file).status_code for file in files] == [200] * len(files)


def test_a_browser_keeps_the_files_and_no_page(client: Client) -> None:
    """Style and script may be kept and are not sent again while they are the same; pages with names never are kept."""
    assert client.get(DAY).headers["cache-control"] == "no-store"
    for file in ("/static/desk.css", "/static/desk.js", "/static/icon.svg"):
        sent = client.get(file)
        assert sent.headers["cache-control"] == "no-cache"
        assert client.get(file, headers={"if-none-match": sent.headers["etag"]}).status_code == 304
    assert "max-age" in client.get("/static/vendor/htmx.min.js").headers["cache-control"]


def test_riders_are_found_while_typing(client: Client) -> None:
    """A name brings its rider, an empty box brings nothing, a stranger brings a sentence."""
    found = client.get(f"{DAY}/riders", params={"q": "乗客3"}, headers=PART).text
    nobody = client.get(f"{DAY}/riders", params={"q": "だれもいない"}, headers=PART).text
    assert "/riders/R3" in found
    assert client.get(f"{DAY}/riders", params={"q": " "}, headers=PART).text.strip() == ""
    assert "見つかりません" in nobody


def test_the_card_says_where_the_rider_lives(client: Client) -> None:
    """The operator can read the registered address of the home back to the caller."""
    assert "自宅: まち1丁目1" in client.get(f"{DAY}/riders/R1", headers=PART).text


def test_names_are_escaped(client: Client) -> None:
    """A name that looks like a script stays a name."""
    rider = {"id": "R66", "name": "<script>alert(1)</script>", "birth_year": 1950}
    client.post("/api/v1/town/riders", json=rider)
    page = client.get(f"{DAY}/riders/R66", headers=PART).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_a_call_from_the_wish_to_the_sheet(client: Client) -> None:
    """Offers are read aloud, one is booked, the board and the driver's sheet name the rider."""
    offers = send(client, "/offers", WISH).text
    assert "9時から9時15分のあいだにお迎えに上がり" in offers
    booked = book(client, WISH)
    assert "ご予約をお受けしました。" in booked.text
    assert booked.headers["hx-trigger"] == "day-changed"
    board = client.get(f"{DAY}/board", headers=PART).text
    assert "乗客1 様" in board
    sheets = set(re.findall(r'href="([^"]+/sheet)\?', board))
    assert any("乗客1 様" in client.get(sheet).text for sheet in sheets)


def test_who_calls_in_the_riders_place_is_kept(client: Client, town: Town) -> None:
    """The form asks who is on the telephone; a family member is kept with the request."""
    assert "ご家族" in client.get(f"{DAY}/riders/R1", headers=PART).text
    send(client, "/offers", WISH | {"on_behalf_of": "family"})
    assert [one.wish.actor.on_behalf_of for one in town.store.requests(SERVICE, TUESDAY)] == ["family"]


def test_a_second_trip_is_asked_about_and_then_taken(client: Client) -> None:
    """The question names the other trip; the answer yes brings offers."""
    book(client, WISH)
    question = send(client, "/offers", WISH).text
    assert "別のご予約です" in question
    assert "自宅からclinicまでのご予約を、すでにお受けしております。" in question
    assert "読み上げてください" in send(client, "/offers", WISH | {"overlap_confirmed": "true"}).text


def test_a_refusal_offers_the_time_that_fits(client: Client, town: Town) -> None:
    """Both taxis away at 9:00 and no search around it: the button's other time, asked for, brings offers."""
    with town.store.writing() as work:
        work.save_rules(SERVICE, town_rules(promise={"search_earlier_min": 0, "search_later_min": 0}))
    for rider, people in (("R2", 4), ("R3", 6)):
        town.book(town.wish(rider, origin="spa", destination="depot", after="9:00", party=party_of(people)))
    four = WISH | {"with_adult": "3"}
    refused = send(client, "/offers", four).text
    other = re.search(r'name="time_instead" value="([\d:]+)"', refused)
    assert "お断りの読み上げ" in refused
    assert other is not None
    retried = send(client, "/offers", four | {"time_instead": other[1]}).text
    assert "読み上げてください" in retried
    assert f'name="time" required inputmode="numeric" maxlength="8" value="{other[1]}"' in retried


def test_a_rule_of_the_service_is_read_out(client: Client) -> None:
    """Outside hours: the sentence of the catalogue, no button."""
    refused = send(client, "/offers", WISH | {"time": "500"}).text
    assert "運行は8:00から17:00までです。" in refused
    assert "time_instead" not in refused


def test_what_cannot_be_read_is_said_beside_the_form(client: Client) -> None:
    """A time or place that cannot be read is a 422 part aimed at the alert, so the form stays as typed."""
    for wrong, code in (({"time": "あとで"}, "bad_clock"), ({"destination": "月"}, "place_not_found")):
        answer = send(client, "/offers", WISH | wrong)
        assert (answer.status_code, answer.headers["hx-retarget"]) == (422, "#alert")
        assert code in answer.text


def test_a_page_that_does_not_exist_is_a_page(client: Client) -> None:
    """A browser gets a page with the way back, not JSON."""
    answer = client.get("/desk/nowhere/2026-11-24", headers={"accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'href="/desk"' in answer.text


def test_a_change_swaps_the_trip(client: Client) -> None:
    """The form of a change starts from what is booked; accepting an offer replaces the old promise."""
    book(client, WISH)
    form = client.get(f"{DAY}/riders/R1", params={"change": "1"}, headers=PART).text
    assert f'hx-post="{DAY}/reservations/1/offers"' in form
    assert 'value="9:00"' in form
    offer = first_offer(client, WISH | {"time": "1500"}, path="/reservations/1/offers")
    assert "変更しました" in send(client, "/reservations", {"offer_id": offer}).text
    live = [one for one in client.get("/api/v1/town/days/2026-11-24/reservations").json() if one["state"] == "booked"]
    assert [one["promise"]["pickup_earliest"] for one in live] == ["2026-11-24T15:00:00+09:00"]


def test_a_return_is_linked_to_its_outbound(client: Client) -> None:
    """The form of the way back has the places swapped and books a linked trip."""
    book(client, WISH)
    form = client.get(f"{DAY}/riders/R1", params={"return_of": "1"}, headers=PART).text
    assert 'name="linked_to" value="1"' in form
    back = WISH | {"origin": "clinic", "destination": "自宅", "time": "1400", "linked_to": "1"}
    book(client, back)
    assert client.get("/api/v1/town/reservations/2").json()["linked_to"] == 1


def test_who_cancels_one_way_hears_of_the_other(client: Client) -> None:
    """The way there and the way back: whichever is to go, the other is said to stay, until it is gone."""
    stays = "のご予約は、そのまま残ります。"
    book(client, WISH)
    assert stays not in client.get(f"{DAY}/reservations/1", headers=PART).text
    book(client, WISH | {"origin": "clinic", "destination": "自宅", "time": "1400", "linked_to": "1"})
    assert f"clinicから自宅{stays}" in client.get(f"{DAY}/reservations/1", headers=PART).text
    assert f"自宅からclinic{stays}" in client.get(f"{DAY}/reservations/2", headers=PART).text
    send(client, "/reservations/1/cancel", {"reason": "illness"})
    assert stays not in client.get(f"{DAY}/reservations/2", headers=PART).text


def test_who_waits_for_a_call_is_not_asked_to_call_while_cancelling(client: Client) -> None:
    """No time is set, and nobody reads "please call when you are ready" to somebody who does not want the trip."""
    send(client, "/offers", WISH | {"time_kind": "will_call", "time": ""})
    asked = client.get(f"{DAY}/reservations/1", headers=PART).text
    assert "お電話待ちのご予約を取り消してよろしいですか。" in asked
    assert "お電話ください" not in asked


def test_a_trip_is_cancelled_after_a_question(client: Client) -> None:
    """First the question, then the release; the board no longer names the rider."""
    book(client, WISH)
    assert "取り消しますか" in client.get(f"{DAY}/reservations/1", headers=PART).text
    assert "取り消しました" in send(client, "/reservations/1/cancel", {"reason": "illness"}).text
    assert "乗客1 様" not in client.get(f"{DAY}/board", headers=PART).text


def test_the_card_shows_the_trips_as_they_are_now(client: Client) -> None:
    """Booking, changing and cancelling each send the caller's card anew, out of band: trip, new time, nothing."""
    booked = book(client, WISH).text
    assert 'id="standing" hx-swap-oob="true"' in booked
    assert f'hx-get="{DAY}/riders/R1?change=1"' in booked
    offer = first_offer(client, WISH | {"time": "1500"}, path="/reservations/1/offers")
    changed = send(client, "/reservations", {"offer_id": offer}).text.split("<section")[0]
    assert "15時から" in changed
    assert "9時から" not in changed
    cancelled = send(client, "/reservations/1/cancel", {"reason": "illness"}).text
    assert 'id="standing" hx-swap-oob="true"' in cancelled
    assert "change=" not in cancelled


@pytest.mark.parametrize("part", ["question", "cancel"])
def test_enter_does_the_safe_thing(client: Client, part: str) -> None:
    """Where something could be booked twice or lost, the focus goes to the button that changes nothing."""
    book(client, WISH)
    shown = send(client, "/offers", WISH).text if part == "question" else client.get(f"{DAY}/reservations/1").text
    (focused,) = re.findall(r"<button[^>]*data-focus[^>]*>", shown)
    assert 'data-close="#answer"' in focused


def test_each_visit_of_a_stop_has_its_own_time(client: Client, town: Town) -> None:
    """Two who board at the station one after the other are shown at their own times, though it is one halt."""
    for rider in ("R2", "R3"):
        town.book(town.wish(rider, origin="station", destination="clinic", after="9:00"))
    plan = town.desk.plan(service_id=SERVICE, day=TUESDAY)
    together = [stop for route in plan.routes for stop in stops_of(route) if len(stop.visits) > 1]
    times = {clock_text(visit.start_s) for stop in together for visit in stop.visits}
    assert len(times) > len(together) > 0
    board = client.get(f"{DAY}/board", headers=PART).text
    assert times <= set(re.findall(r'class="time">(\d+:\d\d)', board))


def test_none_of_the_offers(client: Client) -> None:
    """Closing the offers leaves the request as abandoned."""
    offers = send(client, "/offers", WISH).text
    abandon = re.search(r'hx-post="([^"]+/abandon)"', offers)
    assert abandon is not None
    assert "予約しませんでした" in client.call("POST", abandon[1], headers=PART).text
    (request,) = client.get("/api/v1/town/days/2026-11-24/requests").json()
    assert (request["outcome"], request["channel"]) == ("abandoned", "phone")


def test_a_guest_is_booked_by_name_and_phone(client: Client) -> None:
    """The form for guests asks for both, and the sheet greets the guest."""
    assert 'name="guest_phone"' in client.get(f"{DAY}/guest", headers=PART).text
    book(client, WISH | VISITOR)
    assert "見本花子 様" in client.get(f"{DAY}/board", headers=PART).text


def test_a_guest_without_a_reading_is_asked_for_it(client: Client) -> None:
    """A name may be written in any character; its reading is needed, in letters that every sheet can print."""
    for kana, code in (("", "guest_incomplete"), ("𠮷田 花子", "guest_kana")):
        answer = send(client, "/offers", WISH | VISITOR | {"guest_kana": kana})
        assert (answer.status_code, code in answer.text) == (422, True)


def test_a_guest_is_opened_from_the_board_and_changed(client: Client) -> None:
    """The name on the board leads to the guest's trip, with the guest's name in the form; a change keeps the guest."""
    book(client, WISH | VISITOR)
    board = client.get(f"{DAY}/board", headers=PART).text
    assert f'hx-get="{DAY}/reservations/1/caller"' in board
    form = client.get(f"{DAY}/reservations/1/caller", headers=PART).text
    assert f'hx-post="{DAY}/reservations/1/offers"' in form
    fields = dict(re.findall(r'name="(guest_\w+)"[^>]*? value="([^"]*)"', form))
    assert (fields["guest_name"], fields["guest_phone"]) == ("見本花子", "0285009999")
    moved = WISH | fields | {"rider_id": "", "origin": "station", "time": "1500"}
    send(client, "/reservations", {"offer_id": first_offer(client, moved, path="/reservations/1/offers")})
    assert "見本花子 様" in client.get(f"{DAY}/board", headers=PART).text


def test_a_rider_is_opened_from_the_board(client: Client) -> None:
    """The name on the board leads to the rider's card with the trip on it."""
    book(client, WISH)
    card = client.get(f"{DAY}/reservations/1/caller", headers=PART).text
    assert "乗客1" in card
    assert f'hx-get="{DAY}/reservations/1"' in card


def test_replanning_says_what_came_of_it(client: Client) -> None:
    """The button brings back the board with one sentence, whether or not anything was better."""
    book(client, WISH)
    board = send(client, "/plan", {}).text
    assert 'class="message"' in board
    assert "乗客1 様" in board


def test_english_is_remembered(client: Client) -> None:
    """``?lang=en`` answers in English and sets the cookie; the cookie alone does the same."""
    page = client.get(DAY, params={"lang": "en"})
    assert '<html lang="en">' in page.text
    assert "lang=en" in page.headers["set-cookie"]
    assert '<html lang="en">' in client.get(DAY, headers={"cookie": "lang=en"}).text


def test_a_day_without_service_says_so(client: Client) -> None:
    """Saturday's page opens and says that nothing runs."""
    page = client.get("/desk/town/2026-11-28").text
    assert "この日は運休です。" in page
    assert "計画を立て直す</button>" not in page
    assert "view=map" not in page


def test_the_api_is_described_on_a_page_of_ours(client: Client) -> None:
    """The page lists what the description lists, and loads nothing from elsewhere."""
    page = client.get("/api/docs").text
    for path in client.get("/api/v1/openapi.json").json()["paths"]:
        assert path in page
    assert set(re.findall(r'(?:src|href)="(https?:[^"]*)"', page)) == set()
