"""A plan: all routes of one service day, as an immutable numbered version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from dispatch.model.same import OfTheSame
from dispatch.model.times import ServiceDay, to_moment


class Task(StrEnum):
    BOARD = "board"
    ALIGHT = "alight"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One party boards or alights. ``start_s`` is the scheduled start of boarding / the stop at the drop."""

    reservation_id: int
    task: Task
    spot_key: str
    start_s: int
    service_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakSlot:
    """A scheduled break of the driver, between the visits ``after_visit - 1`` and ``after_visit`` of the route.

    With 0, or the number of visits, it may lie before the departure or after the arrival at home, or interrupt the
    drive: its times say which, beside ``Route.depart_s`` and ``Route.arrive_s``.
    """

    start_s: int
    duration_s: int
    after_visit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The visits of one shift in order. ``depart_s``/``arrive_s`` at the start and end place of the shift."""

    shift_id: str
    vehicle_id: str
    visits: tuple[Visit, ...]
    depart_s: int
    arrive_s: int
    breaks: tuple[BreakSlot, ...]
    distance_m: int


class PlanReason(StrEnum):
    EMPTY = "empty"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REPLANNED = "replanned"
    BREACHED = "breached"  # a promise had become impossible: the plan with the least lateness
    HELD = "held"
    MOVED = "moved"  # by a dispatcher's hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The independent checker's word on a plan: when it ran, on what problem (digest), what it found.

    A plan is stored only with an empty ``violations``.
    """

    checked_at: datetime
    problem_digest: str
    visits_checked: int
    violations: tuple[str, ...]


NOT_RECORDED = -1
"""In place of the catalogue's version in plans stored before it was kept with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Version ``version`` of the plan of a service day. ``digest`` covers the routes only.

    ``engine``, ``seed``, ``iterations`` and ``seconds`` record the search that made it (a timed search is never
    run again: its result is what is stored). Version 0 is the empty plan of a day nobody has planned. ``wait_over_s``
    is by how much the longest wait of anybody aboard exceeds the rules in it: 0 unless a trip was called off without
    which no plan keeps to them. ``held`` are the routes as they would be if every offer held at the time were accepted
    (empty when none was); nobody drives them. ``catalog_version`` is that of the day state for which it was proven.
    """

    service_id: str
    date: ServiceDay
    version: int
    reason: PlanReason
    routes: tuple[Route, ...]
    made_at: datetime
    engine: str
    seed: int
    iterations: int
    seconds: float
    rules_digest: str
    travel_digest: str
    digest: str
    proof: Proof
    wait_over_s: int = 0
    held: tuple[Route, ...] = ()
    catalog_version: int = NOT_RECORDED


def carrier_of(routes: Sequence[Route], reservation_id: int) -> str:
    """The shift that carries a trip on these routes; empty when none does."""
    carrying = (route.shift_id for route in routes for visit in route.visits if visit.reservation_id == reservation_id)
    return next(carrying, "")


def carriers(routes: Iterable[Route]) -> dict[int, str]:
    """The shift that carries each trip on these routes, by the number of the trip."""
    return {visit.reservation_id: route.shift_id for route in routes for visit in route.visits}


_digests: OfTheSame[Route, str] = OfTheSame(most=1024)


def route_digest(route: Route) -> str:
    """SHA-256 (hex) of the content of one route: equal routes, equal digest, on any machine."""
    return _digests.value(route, lambda: _route_digest(route))


def _route_digest(route: Route) -> str:
    visits = [[v.reservation_id, v.task, v.spot_key, v.start_s, v.service_s] for v in route.visits]
    breaks = [[b.start_s, b.duration_s, b.after_visit] for b in route.breaks]
    ends = [route.depart_s, route.arrive_s, route.distance_m]
    content = json.dumps([route.shift_id, route.vehicle_id, visits, breaks, ends], separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def plan_digest(routes: Sequence[Route]) -> str:
    """SHA-256 (hex) over the digests of the routes in their order."""
    return hashlib.sha256(" ".join(map(route_digest, routes)).encode()).hexdigest()


def empty_plan(*, service_id: str, day: ServiceDay) -> Plan:
    """Version 0: the plan of a day nobody has planned. It is made at the day's own midnight, by nobody."""
    midnight = to_moment(day, 0).astimezone(UTC)
    return Plan(
        service_id=service_id,
        date=day,
        version=0,
        reason=PlanReason.EMPTY,
        routes=(),
        made_at=midnight,
        engine="",
        seed=0,
        iterations=0,
        seconds=0.0,
        rules_digest="",
        travel_digest="",
        digest=plan_digest(()),
        proof=Proof(checked_at=midnight, problem_digest="", visits_checked=0, violations=()),
    )
