"""What goes wrong over HTTP arrives in one shape, in the reader's language, with nothing personal."""

from __future__ import annotations

import logging

import pytest
from anyio.from_thread import start_blocking_portal
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import ErrorDetails

from api.app import create_app
from api.errors import MEDIA_TYPE, STATUS_BY_CLASS, status_of
from api.guard import HEADERS, host_name
from api.language import preferred
from api.reasons import WORDS, reason_of
from dispatch.model.errors import Conflict, NotFound, OdekakeError
from dispatch.model.wording import Lang, keys
from tests.api.in_process import Client
from tests.scenarios.town import OPERATOR, Town

BASE = "/api/v1/town"
WISH = {
    "rider_id": "R1",
    "origin": {"kind": "place", "id": "station"},
    "destination": {"kind": "place", "id": "clinic"},
    "depart_after": "2026-11-24T09:00:00+09:00",
}
FIELDS = {"code", "cause", "action", "values", "problems", "lang"}


def subclasses(base: type[Exception]) -> set[type[Exception]]:
    return {found for child in base.__subclasses__() for found in {child, *subclasses(child)}}


def test_every_class_of_error_has_a_status() -> None:
    """No error of the business falls through to 500."""
    assert subclasses(OdekakeError)
    assert {kind for kind in subclasses(OdekakeError) if status_of(kind, "any") == 500} == set()


def test_a_code_decides_over_its_class() -> None:
    """An expired offer is a conflict by class, 410 by code."""
    assert STATUS_BY_CLASS[Conflict] == status_of(Conflict, "offer_taken") == 409
    assert status_of(Conflict, "offer_expired") == 410
    assert status_of(NotFound, "unknown_offer") == 404


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nowhere/riders", 404, "unknown_service"),
        ("GET", f"{BASE}/riders/R99", 404, "unknown_rider"),
        ("GET", f"{BASE}/reservations/99", 404, "unknown_reservation"),
        ("GET", f"{BASE}/reservations/0", 422, "invalid_request"),
        ("GET", f"{BASE}/reservations/99999999999999999999", 422, "invalid_request"),
        ("GET", f"{BASE}/days/2026-13-01/plan", 422, "invalid_request"),
        ("GET", f"{BASE}/days/9999-12-31/plan", 422, "invalid_request"),
        ("POST", f"{BASE}/offers", 422, "invalid_request"),
        ("PUT", f"{BASE}/riders", 405, "method_not_allowed"),
        ("GET", "/no/such/page", 404, "unknown_path"),
    ],
)
def test_errors_share_one_shape(client: Client, method: str, path: str, status: int, code: str) -> None:
    """Code, cause, action, values, problems and language, as problem+json, whatever went wrong."""
    answer = client.call(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert set(answer.json()) == FIELDS
    assert answer.headers["content-type"] == MEDIA_TYPE


def test_every_wrong_field_is_named(client: Client) -> None:
    """Two wrong fields are two problems, each with its path."""
    wish = {"rider_id": "R1", "origin": {"kind": "moon"}, "destination": {"kind": "place"}, "depart_after": "soon"}
    problems = client.post(f"{BASE}/offers", json=wish).json()["problems"]
    assert {problem["field"].split(".")[1] for problem in problems} == {"origin", "destination", "depart_after"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"guest": {"name": "x", "kana": "x", "phone": "1"}},
        {"arrive_by": "2026-11-24T10:00:00+09:00"},
        {"depart_after": "2026-11-24T09:00:00"},
        {"depart_after": "0001-01-01T00:00:00+09:00"},
        {"date": "2026-11-20"},
        {"party": []},
        {"party": [{"companion_of": 0}]},
        {"colour": "red"},
    ],
    ids=[
        "rider-and-guest",
        "two-times",
        "no-offset",
        "year-1",
        "another-day",
        "nobody",
        "own-companion",
        "unknown-key",
    ],
)
def test_a_wish_that_contradicts_itself_is_refused_before_anything_is_stored(
    client: Client, wrong: dict[str, object]
) -> None:
    """Each contradiction is a 422, and no request is left behind."""
    assert client.post(f"{BASE}/offers", json=WISH | wrong).status_code == 422
    assert client.get(f"{BASE}/days/2026-11-24/requests").json() == []


def test_a_browser_gets_a_page_and_a_program_json(client: Client) -> None:
    """What decides is the header Accept, on every path: of the desk, of the API and of neither."""
    for path in ("/no/such/page", f"{BASE}/riders/R99", "/desk/nowhere/2026-11-24"):
        page = client.get(path, headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
        assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
        assert client.get(path, headers={"accept": "application/json"}).headers["content-type"] == MEDIA_TYPE
        assert client.get(path).headers["content-type"] == MEDIA_TYPE


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"origin": None}, "項目の集まり（{ } で囲んだもの）ではありません"),
        ({"depart_after": "soon"}, "日時ではありません（例 2026-11-24T09:15:00+09:00）"),
        ({"depart_after": "2026-11-24T09:00:00"}, "時差がありません。最後に +09:00 をつけてください"),
        ({"depart_after": "0001-01-01T00:00:00+09:00"}, "2000年から2998年までではありません"),
        ({"date": "2026-13-01"}, "日付ではありません（例 2026-11-24）"),
        ({"date": "2026-11-20"}, "時刻が、その運行日のものではありません"),
        ({"party": []}, "少なすぎます（1つから）"),
        ({"party": [{"aid": "wings"}]}, "次のどれかではありません: "),
        ({"party": [{"companion_of": 0}]}, "付き添う相手が、同乗者の中にいません"),
        ({"linked_to": -1}, "0 以上ではありません"),
        ({"linked_to": "x"}, "整数ではありません"),
        ({"colour": "red"}, "知らない項目です"),
        ({"rider_id": "", "guest": {"name": "x", "phone": "1"}}, "必要な項目ですが、入っていません"),
        ({"guest": {"name": "x", "kana": "x", "phone": "1"}}, "rider_id か guest の、どちらか一つを入れてください"),
        ({"arrive_by": "2026-11-24T10:00:00+09:00"}, "depart_after か arrive_by の、どちらか一つを入れてください"),
        ({"purpose": "x" * 31}, "長すぎます（30文字まで）"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_in_japanese(client: Client, wrong: dict[str, object], reason: str) -> None:
    """The reason beside the field is a sentence of ours, with the bound; nothing of it is the framework's English."""
    problems = client.post(f"{BASE}/offers", json=WISH | wrong).json()["problems"]
    assert any(problem["reason"].startswith(reason) for problem in problems), problems


def test_every_kind_of_fault_has_its_sentence() -> None:
    """No kind that is named lacks its words."""
    assert {f"reason.{key}" for key in WORDS.values()} <= keys()


def test_a_kind_nobody_foresaw_has_a_sentence_too(client: Client) -> None:
    """A body that is no JSON, and a kind of fault that is not in the list, are told in Japanese."""
    broken = client.call("POST", f"{BASE}/offers", data={"a": "b"}).json()["problems"]
    assert broken
    assert all(not problem["reason"].isascii() for problem in broken)
    fault = ErrorDetails(type="uuid_parsing", loc=("x",), msg="Input should be a valid UUID", input="0285")
    assert reason_of(fault, Lang.JA) == "書き方が正しくありません"


def test_japanese_unless_english_is_asked_for(client: Client) -> None:
    """The same error in both languages, by header and by query."""
    japanese = client.get("/no/such/page").json()
    english = client.get("/no/such/page", headers={"accept-language": "en-GB,ja;q=0.5"}).json()
    by_query = client.get("/no/such/page", params={"lang": "en"}).json()
    assert (japanese["lang"], english["lang"], by_query["lang"]) == ("ja", "en", "en")
    assert english["cause"] == by_query["cause"] == "There is no such page (/no/such/page)."


@given(st.text())
def test_any_language_header_is_survived(header: str) -> None:
    """Whatever a browser sends, a language of ours comes out."""
    assert preferred(header) in Lang


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", "ja"),
        ("en", "en"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0.3, ja;q=0.9", "ja"),
        ("en;q=0", "ja"),
        ("en;q=x", "ja"),
    ],
)
def test_weights_decide(header: str, expected: str) -> None:
    """The best-liked language of ours wins; weight 0 excludes, nonsense is passed over."""
    assert preferred(header) == expected


def test_the_unexpected_says_nothing_personal(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """An unforeseen error is a 500 without its message; the log has the type and the place, not the message."""
    app = create_app(town.desk, operator=OPERATOR, schema_version="0001")

    @app.get("/breaks")
    def breaks() -> None:
        raise RuntimeError("見本花子 0285-00-0001")

    with caplog.at_level(logging.ERROR), start_blocking_portal() as portal:
        client = Client(app, portal)
        answer = client.get("/breaks")
        client.close()
    assert (answer.status_code, answer.json()["code"]) == (500, "unexpected")
    assert "RuntimeError" in caplog.text
    assert "見本花子" not in answer.text + caplog.text


def test_calls_to_another_host_are_not_taken(client: Client) -> None:
    """A name that merely resolves to this machine is refused with 421."""
    answer = client.get("/healthz", headers={"host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "foreign_host")


@pytest.mark.parametrize(
    ("headers", "taken"),
    [
        ({}, True),
        ({"origin": "http://127.0.0.1"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://["}, False),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_writing_calls_of_other_sites_are_not_taken(client: Client, headers: dict[str, str], taken: bool) -> None:
    """A program and our own pages may write; a page of another site may not, on any path."""
    for path in (f"{BASE}/riders", "/desk/town/2026-11-24/offers"):
        answer = client.post(path, json={}, headers=headers)
        assert (answer.status_code == 403) is not taken


def test_every_answer_forbids_loading_from_elsewhere(client: Client) -> None:
    """Pages, data and errors carry the same headers of the door."""
    for path in ("/healthz", "/desk/town/2026-11-24", "/no/such/page"):
        sent = client.get(path).headers
        assert {name: sent.get(name) for name in HEADERS} == HEADERS


@given(st.text(max_size=40))
def test_any_host_header_is_survived(host: str) -> None:
    """A host header of any form gives a name or nothing."""
    assert isinstance(host_name(host), str)


@pytest.mark.parametrize(
    ("host", "name"), [("127.0.0.1:8000", "127.0.0.1"), ("[::1]:8000", "::1"), ("LOCALHOST", "localhost"), ("[", "")]
)
def test_ports_and_brackets_are_no_part_of_the_name(host: str, name: str) -> None:
    """The name is what counts, in small letters."""
    assert host_name(host) == name
