"""Examples of rows, of the catalogue and of what happens to a day: part of `api.examples`."""

from __future__ import annotations

from pydantic.config import JsonDict

_RIDER: JsonDict = {
    "name": "松本 昭",
    "kana": "まつもと あきら",
    "phone": "0285-00-0007",
    "birth_year": 1942,
    "home_municipality": "09216",
    "fare_class": "adult",
    "aid": "slow",
    "notes": "",
    "active": True,
}
_RIDER_PLACE: JsonDict = {
    "rider_id": "R0001",
    "label": "自宅",
    "place_id": "",
    "lat": 36.4481,
    "lon": 139.8669,
    "access_note": "",
}
_PLACE: JsonDict = {
    "name": "南河内児童館",
    "kana": "みなみかわちじどうかん",
    "category": "child",
    "address": "緑三丁目5-4",
    "lat": 36.3877,
    "lon": 139.8562,
    "assumed": False,
    "active": True,
}
_VEHICLE: JsonDict = {
    "name": "2号車 ワゴン",
    "plate": "とちぎ 300 い 00-02",
    "layouts": [[8, 0], [5, 1]],
    "active": True,
}
_SHIFT: JsonDict = {
    "vehicle_id": "V2",
    "driver_name": "運転手B",
    "weekdays": "01234",
    "valid_from": "2000-01-01",
    "valid_until": "2999-12-31",
    "start_s": 28800,
    "end_s": 61200,
    "break_earliest_s": 43200,
    "break_latest_s": 45900,
    "break_duration_s": 2700,
    "start_place_id": "ST01",
    "end_place_id": "PO01",
}


def _catalogue(noun: str, base: JsonDict, *, row_id: str) -> dict[str, JsonDict]:
    """The three forms of a noun of the catalogue: without its id, and with it."""
    row: JsonDict = {**base, "id": row_id}
    return {f"{noun}Base": base, f"{noun}Create": row, f"{noun}Public": row}


def page_of(row: JsonDict, *, total: int) -> JsonDict:
    return {"items": [row], "total": total, "limit": 1, "offset": 0}


ROWS = {
    **_catalogue("Rider", _RIDER, row_id="R0001"),
    **_catalogue("RiderPlace", _RIDER_PLACE, row_id="H0001"),
    **_catalogue("Place", _PLACE, row_id="CH01"),
    **_catalogue("Vehicle", _VEHICLE, row_id="V2"),
    **_catalogue("Shift", _SHIFT, row_id="S2"),
}

OUTAGE: JsonDict = {
    "number": 1,
    "shift_id": "S1",
    "since": "2026-11-24T09:41:07+09:00",
    "cause": "breakdown",
    "stranded": [57],
    "instead": [],
    "lifted": False,
}

ROAD: JsonDict = {
    "number": 1,
    "from_at": "2026-11-24T16:00:00+09:00",
    "until": "2026-11-24T18:00:00+09:00",
    "percent": 150,
    "closed": [],
    "lifted": False,
}
