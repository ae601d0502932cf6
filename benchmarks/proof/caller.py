"""Somebody at a telephone: asks the served desk for trips, accepts and cancels, and remembers every answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from benchmarks.measure.latency import Stopwatch
from benchmarks.proof.hamlet import PLACES, SERVICE
from benchmarks.proof.line import Answer, Json, Line, Unanswered
from benchmarks.proof.told import Told
from dispatch.model.promise import Promise
from dispatch.model.times import to_moment, to_second

OPEN_S, CLOSE_S = 8 * 3600 + 1800, 16 * 3600
REFUSED_STATUSES = frozenset({404, 409, 410})
"""A clear no: nothing was done, and the caller was told so."""


@dataclass(slots=True, kw_only=True)
class Timings:
    """How long callers waited."""

    offers: Stopwatch
    accepts: Stopwatch


class Caller:
    """One operator's client. ``heard`` is called after each acknowledged booking or cancellation."""

    def __init__(
        self, *, day: date, riders: int, dice: Random, told: Told, heard: Callable[[], None], timings: Timings
    ) -> None:
        self._day = day
        self._riders = riders
        self._dice = dice
        self._told = told
        self._heard = heard
        self._timings = timings
        self._line = Line()

    def close(self) -> None:
        self._line.close()

    def ask(self, url: str) -> list[int]:
        """Ask for a trip; the numbers of the offers, best first. Raises Unanswered."""
        with self._timings.offers.lap():
            answer = self._call("POST", f"{url}/api/v1/{SERVICE}/offers", self._wish())
        offers = json.loads(answer.content)["offers"] if answer.status == 201 else []
        return [int(offer["id"]) for offer in offers]

    def accept(self, url: str, offer_id: int) -> None:
        """Accept an offer. Raises Unanswered: it may have been booked."""
        wanted: Json = {"offer_id": offer_id, "overlap_confirmed": True}
        try:
            with self._timings.accepts.lap():
                answer = self._call("POST", f"{url}/api/v1/{SERVICE}/reservations", wanted)
        except Unanswered:
            self._told.silence(offer_id=offer_id)
            raise
        if answer.status == 201:
            body = json.loads(answer.content)
            self._told.promise(int(body["id"]), _promise(body["promise"], self._day), offer_id=offer_id)
            self._heard()

    def cancel(self, url: str, reservation_id: int) -> None:
        """Cancel a trip. Raises Unanswered: it may have been cancelled."""
        self._told.silence_on_cancel(reservation_id=reservation_id)
        answer = self._call("DELETE", f"{url}/api/v1/{SERVICE}/reservations/{reservation_id}")
        if answer.status == 200:
            self._told.cancel(reservation_id)
            self._heard()

    def _call(self, method: str, url: str, body: Json | None = None) -> Answer:
        answer = self._line.call(method, url, body)
        if answer.status >= 300 and answer.status not in REFUSED_STATUSES:
            raise RuntimeError(f"{method} {url}: {answer.status} {answer.content[:300].decode()}")
        return answer

    def _wish(self) -> Json:
        origin, destination = self._dice.sample(PLACES, 2)
        time_s = self._dice.randrange(OPEN_S, CLOSE_S, 300)
        return {
            "rider_id": f"R{self._dice.randrange(self._riders)}",
            "origin": {"kind": "place", "id": origin},
            "destination": {"kind": "place", "id": destination},
            "depart_after": to_moment(self._day, time_s).isoformat(),
            "party": [{"fare_class": "adult"}],
            "overlap_confirmed": True,
        }


def _promise(body: dict[str, str | int], day: date) -> Promise:
    """The promise as it was told. Its digests are not told: they are left empty and not compared."""

    def second(key: str) -> int:
        return to_second(day, datetime.fromisoformat(str(body[key])))

    return Promise(
        pickup_earliest_s=second("pickup_earliest"),
        pickup_latest_s=second("pickup_latest"),
        arrival_latest_s=second("arrival_latest"),
        ride_max_s=int(body["ride_max_s"]),
        rules_digest="",
        travel_digest="",
    )
