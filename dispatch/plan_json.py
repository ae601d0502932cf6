"""The plan of a day as JSON, for other programs: ids only, nothing personal.

``schema`` names form and version of the document; a reader refuses a major number it does not know. Times are ISO
8601 with offset, distances whole metres. ``digest`` is that of the stored plan and covers the routes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from dispatch.model.day_state import DayState
from dispatch.model.plan import BreakSlot, Plan, Route, Task, Visit
from dispatch.model.promise import Promise
from dispatch.model.times import to_moment

SCHEMA = "odekake.plan/1.1"

Json: TypeAlias = Mapping[str, "JsonValue"]
JsonValue: TypeAlias = "str | int | float | list[JsonValue] | Json"


def plan_json(state: DayState) -> str:
    """The current plan with the promises it keeps; equal states give equal text."""
    plan = state.plan
    promises = {trip.id: trip.promise for trip in state.reservations}
    served = {visit.reservation_id for route in plan.routes for visit in route.visits}
    document: Json = {
        "schema": SCHEMA,
        "service_id": state.service_id,
        "date": state.date.isoformat(),
        "version": plan.version,
        "digest": plan.digest,
        "made_at": plan.made_at.isoformat(),
        "reason": plan.reason.value,
        "search": {
            "engine": plan.engine,
            "seed": plan.seed,
            "iterations": plan.iterations,
            "seconds": plan.seconds,
        },
        "rules_digest": plan.rules_digest,
        "travel_digest": plan.travel_digest,
        "wait_over_s": plan.wait_over_s,
        "proof": _proof(plan),
        "routes": [_route(route, day=state.date, promises=promises) for route in plan.routes],
        "unserved_reservation_ids": [trip.id for trip in state.reservations if trip.id not in served],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _proof(plan: Plan) -> Json:
    return {
        "checked_at": plan.proof.checked_at.isoformat(),
        "problem_digest": plan.proof.problem_digest,
        "visits_checked": plan.proof.visits_checked,
        "violations": list(plan.proof.violations),
    }


def _route(route: Route, *, day: date, promises: Mapping[int, Promise]) -> Json:
    return {
        "vehicle_id": route.vehicle_id,
        "shift_id": route.shift_id,
        "depart": _iso(day, route.depart_s),
        "arrive": _iso(day, route.arrive_s),
        "distance_m": route.distance_m,
        "visits": [_visit(visit, day=day, promise=promises[visit.reservation_id]) for visit in route.visits],
        "breaks": [_break(rest, day=day) for rest in route.breaks],
    }


def _visit(visit: Visit, *, day: date, promise: Promise) -> Json:
    boards = visit.task is Task.BOARD
    promised: Json = (
        {
            "earliest": _iso(day, promise.pickup_earliest_s),
            "latest": _iso(day, promise.pickup_latest_s),
        }
        if boards
        else {"latest": _iso(day, promise.arrival_latest_s)}
    )
    return {
        "reservation_id": visit.reservation_id,
        "task": visit.task.value,
        "spot": visit.spot_key,
        "scheduled": _iso(day, visit.start_s),
        "service_s": visit.service_s,
        "promised": promised,
    }


def _break(rest: BreakSlot, *, day: date) -> Json:
    return {
        "start": _iso(day, rest.start_s),
        "duration_s": rest.duration_s,
        "after_visit": rest.after_visit,
    }


def _iso(day: date, second_s: int) -> str:
    return to_moment(day, second_s).isoformat()
