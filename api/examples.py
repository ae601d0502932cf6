"""One example for every body of the API: rows and answers of the sample city, all of them synthetic.

``EXAMPLES`` is keyed by the name of the schema. The sentences are those the desk speaks to this offer and refusal.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic.config import JsonDict

from api.example_rows import OUTAGE, ROAD, ROWS, page_of
from api.schemas.offers import PROMISE_EXAMPLE
from api.schemas.series import SERIES_DATE_EXAMPLE, SERIES_EXAMPLE, SERIES_EXAMPLE_KEPT
from api.schemas.wishes import WISH_EXAMPLE

_OFFER: JsonDict = {
    "id": 165,
    "rank": 1,
    "sentence": "9時40分から9時55分のあいだにお迎えに上がり、10時45分までに着きます。"
    "無料乗車券を1枚お使いになります。料金はかかりません。よろしいですか。",
    "promise": PROMISE_EXAMPLE,
    "pickup_scheduled": "2026-11-24T09:51:58+09:00",
    "arrival_scheduled": "2026-11-24T10:17:21+09:00",
    "vehicle_id": "V1",
    "ride_s": 1463,
    "direct_s": 1463,
    "fare_yen": 0,
    "vouchers": 1,
    "added_m": 32884,
    "others_delay_s": 0,
    "shifted": [],
    "expires_at": "2026-11-23T17:17:40+09:00",
}
_BACK: JsonDict = _OFFER | {
    "id": 166,
    "sentence": "12時から12時15分のあいだにお迎えに上がり、13時5分までに着きます。料金は300円です。よろしいですか。",
    "promise": {
        "pickup_earliest": "2026-11-24T12:00:00+09:00",
        "pickup_latest": "2026-11-24T12:15:00+09:00",
        "arrival_latest": "2026-11-24T13:05:00+09:00",
        "ride_max_s": 2700,
    },
    "pickup_scheduled": "2026-11-24T12:03:10+09:00",
    "arrival_scheduled": "2026-11-24T12:28:33+09:00",
    "fare_yen": 300,
    "vouchers": 0,
}
_PAIR: JsonDict = {
    "pair_id": 166,
    "rank": 1,
    "sentence": "行きは、9時40分から9時55分のあいだにお迎えに上がり、10時45分までに着きます。"
    "お帰りは、12時から12時15分のあいだにお迎えに上がり、13時5分までに着きます。"
    "無料乗車券を1枚お使いになります。ほかに、料金が300円かかります。よろしいですか。",
    "outbound": _OFFER,
    "back": _BACK,
    "fare_yen": 300,
    "vouchers": 1,
    "expires_at": "2026-11-23T17:17:40+09:00",
}
_REFUSED_BY_V1: JsonDict = {
    "vehicle_id": "V1",
    "rule": "seats",
    "sentence": "お席が足りません",
    "relief": {
        "kind": "fewer_seats",
        "amount_s": 0,
        "seats": 2,
        "sentence": "お乗りになる方が2人少なければ、お受けできます。",
    },
}
_HOME: JsonDict = {"kind": "rider_place", "id": "H0001", "lat": 36.4481, "lon": 139.8669}
_CLINIC: JsonDict = {"kind": "place", "id": "CL02", "lat": 36.3835, "lon": 139.8423}
_PARTY: list[JsonDict] = [{"fare_class": "adult", "aid": "walker", "companion_of": -1}]

_ENTRY: JsonDict = {
    "reservation_id": 57,
    "state": "booked",
    "promise_state": "open",
    "standing": "at_risk",
    "why": "behind",
    "why_text": "車が遅れています",
    "vehicle_id": "V1",
    "promised": PROMISE_EXAMPLE,
    "scheduled": {"pickup": ["2026-11-24T09:51:58+09:00"], "arrival": ["2026-11-24T10:17:21+09:00"]},
    "estimated": {"pickup": [], "arrival": ["2026-11-24T10:48:02+09:00"]},
    "actual": {"pickup": ["2026-11-24T09:51:40+09:00"], "arrival": []},
    "late_s": 182,
    "reserve_s": 0,
}
_RESERVATION: JsonDict = {
    "id": 57,
    "request_id": 58,
    "date": "2026-11-24",
    "state": "booked",
    "rider_id": "R0001",
    "party": [*_PARTY],
    "origin": _HOME,
    "destination": _CLINIC,
    "promise": PROMISE_EXAMPLE,
    "promise_state": "open",
    "scheduled": [
        {"vehicle_id": "V1", "pickup": "2026-11-24T09:51:58+09:00", "arrival": "2026-11-24T10:17:21+09:00"},
    ],
    "boarding_s": 60,
    "alighting_s": 42,
    "fare_yen": 0,
    "vouchers": 1,
    "purpose": "medical",
    "linked_to": 0,
}
_REQUEST: JsonDict = {
    "id": 58,
    "date": "2026-11-24",
    "rider_id": "R0001",
    "party": [*_PARTY],
    "origin": _HOME,
    "destination": _CLINIC,
    "time_kind": "depart_after",
    "wanted_at": "2026-11-24T09:15:00+09:00",
    "purpose": "medical",
    "channel": "api",
    "call_id": "",
    "on_behalf_of": "",
    "asked_at": "2026-11-23T17:07:40+09:00",
    "outcome": "booked",
    "outcome_code": "",
}
_ROUTE: JsonDict = {
    "shift_id": "S1",
    "vehicle_id": "V1",
    "depart": "2026-11-24T09:26:00+09:00",
    "arrive": "2026-11-24T10:43:27+09:00",
    "distance_m": 32884,
    "visits": [
        {
            "reservation_id": 57,
            "task": "board",
            "spot": "rider_place:H0001",
            "start": "2026-11-24T09:51:58+09:00",
            "service_s": 60,
        },
        {
            "reservation_id": 57,
            "task": "alight",
            "spot": "place:CL02",
            "start": "2026-11-24T10:17:21+09:00",
            "service_s": 42,
        },
    ],
    "breaks": [{"start": "2026-11-24T11:52:29+09:00", "duration_s": 2700, "after_visit": 2}],
}
_PLAN: JsonDict = {
    "date": "2026-11-24",
    "version": 61,
    "reason": "replanned",
    "made_at": "2026-11-23T17:07:40+09:00",
    "engine": "lns",
    "seed": 1,
    "iterations": 4000,
    "seconds": 2.0,
    "digest": "66823b4ee07b55f9080721f709d9944d950db2a6f669232cbcb1135d5d4feac8",
    "rules_digest": "c585733f3b6787fbbe39d6caffa004510e4b15a303bbf1e508bfda94dd6a2e79",
    "travel_digest": "57b43e5fa6fdf6576d7bb0e81e2030e8ac43d98cf6bb8d184ede7450c2db598b",
    "wait_over_s": 0,
    "proof": {
        "checked_at": "2026-11-23T17:07:40+09:00",
        "problem_digest": "9e04de78371d1a143e1376c5dfb522500b3a81b6bf16cacb0a5a66ccab5514b2",
        "visits_checked": 2,
        "violations": [],
    },
    "routes": [_ROUTE],
}

EXAMPLES: Mapping[str, JsonDict] = {
    "WishIn": WISH_EXAMPLE,
    "OfferAccepted": {"offer_id": 165},
    "OfferedOut": {"outcome": "offered", "request_id": 58, "date": "2026-11-24", "offers": [_OFFER]},
    "PairHoldOut": {
        "pair_id": 171,
        "outbound_request_id": 58,
        "back_request_id": 59,
        "held_until": "2026-11-23T17:10:40+09:00",
    },
    "HoldOut": {"offer_id": 165, "request_id": 58, "held_until": "2026-11-23T17:10:40+09:00"},
    "RefusedOut": {
        "outcome": "refused",
        "request_id": 60,
        "date": "2026-11-24",
        "refusal": {
            "code": "no_vehicle",
            "cause": "申し訳ございません。その前後の時間は、どの車もふさがっております。",
            "action": "お時間を変えていただければ、お受けできることがあります。",
            "values": {},
            "vehicles": [_REFUSED_BY_V1],
        },
    },
    "ReservationOut": _RESERVATION,
    "PairIn": {"outbound": WISH_EXAMPLE, "back": {"stay_s": 3600}},
    "PairsOut": {
        "outcome": "offered",
        "outbound_request_id": 58,
        "back_request_id": 59,
        "date": "2026-11-24",
        "pairs": [_PAIR],
    },
    "PairRefusedOut": {
        "outcome": "refused",
        "leg": "back",
        "outbound_request_id": 58,
        "back_request_id": 59,
        "date": "2026-11-24",
        "refusal": {
            "code": "no_vehicle",
            "cause": "申し訳ございません。その前後の時間は、どの車もふさがっております。",
            "action": "お時間を変えていただければ、お受けできることがあります。",
            "values": {},
            "vehicles": [_REFUSED_BY_V1],
        },
    },
    "WillCallIn": {
        "date": "2026-11-24",
        "rider_id": "R0001",
        "origin": {"kind": "place", "id": "CL02"},
        "destination": {"kind": "rider_place", "id": "H0001"},
        "linked_to": 57,
    },
    "ReadyIn": {},
    "CalledOut": {
        "outcome": "offered",
        "request_id": 61,
        "date": "2026-11-24",
        "offers": [
            {
                "wait_s": 840,
                "sentence": "あと14分ほどでお迎えに上がれます。12時から12時15分のあいだにお迎えに上がり、"
                "13時5分までに着きます。料金は300円です。よろしいですか。",
                "offer": _BACK,
            }
        ],
    },
    "SeriesIn": SERIES_EXAMPLE,
    "SeriesOut": SERIES_EXAMPLE_KEPT,
    "SeriesDateOut": SERIES_DATE_EXAMPLE,
    "SeriesBookedOut": {"booked": [], "refused": [SERIES_DATE_EXAMPLE], "later": 0},
    "PairAccepted": {"pair_id": 166},
    "BookedPairOut": {
        "outbound": _RESERVATION,
        "back": _RESERVATION
        | {"id": 58, "request_id": 59, "origin": _CLINIC, "destination": _HOME, "linked_to": 57, "vouchers": 0}
        | {"promise": _BACK["promise"], "fare_yen": 300}
        | {
            "scheduled": [
                {"vehicle_id": "V1", "pickup": "2026-11-24T12:03:10+09:00", "arrival": "2026-11-24T12:28:33+09:00"},
            ]
        },
    },
    "RequestOut": _REQUEST,
    "PlanOut": _PLAN,
    "ReplanIn": {"seconds": 2.0},
    "ReplanOut": {
        "verdict": "published",
        "before_m": 422411,
        "after_m": 395802,
        "gain_m": 26609,
        "riders_retimed": 9,
        "stops_changed": 31,
        "iterations": 4000,
        "seconds": 2.0,
        "plan": _PLAN,
    },
    "MoveIn": {"kind": "assign", "reservation_id": 57, "shift_id": "S2", "grade": "rider_may_shift", "dry_run": True},
    "MoveOut": {
        "made": False,
        "verdict": "needs_consent",
        "objections": [],
        "effects": [
            {
                "reservation_id": 57,
                "shift_before": "S1",
                "shift_after": "S2",
                "pickup_before": "2026-11-24T09:51:58+09:00",
                "pickup_after": "2026-11-24T09:58:12+09:00",
                "arrival_before": "2026-11-24T10:17:21+09:00",
                "arrival_after": "2026-11-24T10:23:35+09:00",
            }
        ],
        "promise": [PROMISE_EXAMPLE],
        "added_m": 1840,
    },
    "RoadIn": {"percent": 150, "from_at": "2026-11-24T16:00:00+09:00", "until": "2026-11-24T18:00:00+09:00"},
    "RoadOut": ROAD,
    "RoadWorkOut": {"made": False, "road": ROAD, "effects": [], "breaches": [], "undriven": []},
    "OutageIn": {"shift_id": "S1", "cause": "breakdown", "place_id": "P014", "trips": "replan", "dry_run": True},
    "OutageOut": OUTAGE,
    "WithdrawalOut": {
        "made": False,
        "verdict": "breaches",
        "outage": OUTAGE,
        "effects": [
            {
                "reservation_id": 57,
                "shift_before": "S1",
                "shift_after": "S2",
                "pickup_before": "2026-11-24T09:51:58+09:00",
                "pickup_after": "2026-11-24T10:04:12+09:00",
                "arrival_before": "2026-11-24T10:17:21+09:00",
                "arrival_after": "2026-11-24T10:49:00+09:00",
            }
        ],
        "breaches": [
            {
                "reservation_id": 57,
                "pickup_late_s": 0,
                "arrival_late_s": 240,
                "pickup_latest": "2026-11-24T09:55:00+09:00",
                "arrival_latest": "2026-11-24T10:49:00+09:00",
            }
        ],
        "undriven": [],
        "added_m": 3120,
    },
    "DayFigures": {
        "date": "2026-11-24",
        "plan_version": 60,
        "rides": 55,
        "people": 74,
        "unserved": 0,
        "promises_broken": 0,
        "vehicles_on_duty": 4,
        "vehicles_used": 4,
        "distance_m": 422411,
        "on_road_s": 115927,
        "km_per_ride": 7.68,
        "shared_share": 0.62,
        "wait_p50_s": 88,
        "wait_p90_s": 764,
        "ride_over_direct": 1.29,
    },
    "RefusalFigures": {
        "first": "2026-11-01",
        "last": "2026-11-30",
        "requests": 1040,
        "booked": 962,
        "refused": 41,
        "abandoned": 30,
        "expired": 7,
        "open": 0,
        "refused_share": 0.0394,
        "reasons": [
            {"code": "no_vehicle", "rule": "other_promises", "count": 33, "share": 0.0317},
            {"code": "after_cutoff", "rule": "", "count": 8, "share": 0.0077},
        ],
    },
    "EventsIn": {
        "events": [
            {
                "event_id": "V1-5f2c-0007",
                "kind": "boarded",
                "shift_id": "V1",
                "tapped_at": "2026-11-24T09:53:10+09:00",
                "reservation_id": 57,
            }
        ],
        "sent_at": "2026-11-24T09:53:12+09:00",
    },
    "ReceiptOut": {"event_id": "V1-5f2c-0007", "outcome": "recorded", "repeated": False, "problems": []},
    "LedgerEntryOut": _ENTRY,
    "AlertOut": {
        "entry": _ENTRY,
        "outlook": "late",
        "outlook_text": "約 4 分遅れ",
        "phone": "0285-00-0001",
        "remedies": [{"kind": "call", "text": "お客さまに電話する"}],
    },
    "BreachIn": {"cause": "delay"},
    "BreachOut": {
        "reservation_id": 57,
        "pickup_late_s": 0,
        "arrival_late_s": 240,
        "pickup_latest": "2026-11-24T09:55:00+09:00",
        "arrival_latest": "2026-11-24T10:49:00+09:00",
    },
    "ServiceOut": {
        "id": "shimotsuke",
        "name_ja": "下野市デマンドタクシー（見本）",
        "name_en": "Shimotsuke demand taxi (sample)",
        "municipality_code": "09216",
        "phone": "0285-00-0000",
        "boundary": [[[36.4857, 139.8439], [36.4695, 139.8735], [36.4579, 139.866]]],
    },
    "Health": {"status": "ok", "version": "0.1.0", "schema_version": "0001", "services": 1},
    **ROWS,
    "Page_RiderPublic_": page_of(ROWS["RiderPublic"], total=900),
    "Page_PlacePublic_": page_of(ROWS["PlacePublic"], total=192),
    "Page_VehiclePublic_": page_of(ROWS["VehiclePublic"], total=4),
    "Page_ShiftPublic_": page_of(ROWS["ShiftPublic"], total=4),
}
