"""Closing a road for a day, or slowing its hours down: tried first, then made with the plan that follows; undone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.errors import Conflict, InvalidInput, NotFound, RuleRefused
from dispatch.model.promise import BreachCause
from dispatch.model.road import WHOLE, ClosedArea, RoadChange
from dispatch.model.spot import SpotRef
from dispatch.model.times import LAST_SECOND_S
from dispatch.moves.effects import effects
from dispatch.moves.move import Effect
from dispatch.moves.settling import Settled, most_minutes, settled
from dispatch.moves.spots import spot_said
from dispatch.moves.withdrawal import Accepted
from dispatch.solver_bridge.lateness import Lateness
from dispatch.solver_bridge.least import NobodyDrives
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.routes import routes_of
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import Store

SLOWEST = 500
"""No hour is slower than this many percent of the usual time."""

RADIUS_MAX_M = 5_000
DETOUR_MAX_S = 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Nobody drives within ``radius_m`` of ``centre``: who would takes ``detour_s`` longer."""

    centre: SpotRef
    radius_m: int
    detour_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadWork:
    """From ``from_s``, or from now on when that is past, until ``until_s``: drives take ``percent``, or avoid areas."""

    from_s: int = 0
    until_s: int = LAST_SECOND_S
    percent: int = WHOLE
    closed: tuple[Closing, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadTrial:
    """What a change of the roads does: promises that cannot be kept, with the least lateness, and trips re-timed.

    ``undriven`` are reservations that no vehicle can take any more, however late.
    """

    change: RoadChange
    late: tuple[Lateness, ...]
    undriven: tuple[int, ...]
    effects: tuple[Effect, ...]


def try_road_work(workplace: Workplace, *, service_id: str, day: date, asked: RoadWork, actor: Actor) -> RoadTrial:
    """What a change of the roads would do; nothing is changed.

    Raises
    ------
    InvalidInput
        ``road_change_empty``, ``road_change_bounds``, ``point_off_network``.
    NotFound
        ``unknown_place``.
    PlanRejected
        ``plan_impossible`` when the day cannot be driven even without those who are named as undriven.
    """
    return _tried(workplace, service_id, day, (asked, actor))[0]


def make_road_work(
    workplace: Workplace, *, service_id: str, day: date, asked: RoadWork, actor: Actor, accepted: Accepted
) -> RoadTrial:
    """Change the roads of a day and publish the plan that follows; the trial it was made by.

    Raises
    ------
    InvalidInput, NotFound, PlanRejected
        As `try_road_work`.
    RuleRefused
        ``road_leaves_riders`` and ``road_breaches`` while that is not accepted.
    Conflict
        ``day_busy``.
    """

    def attempt() -> RoadTrial:
        trial, found = _tried(workplace, service_id, day, (asked, actor))
        if trial.undriven and not accepted.undriven:
            raise RuleRefused("road_leaves_riders", count=len(trial.undriven))
        if trial.late and not accepted.breaches:
            raise RuleRefused("road_breaches", count=len(trial.late), minutes=most_minutes(trial.late))
        with workplace.store.writing() as work:
            found.written(work, trial.change, actor=actor, kind="road_changed")
        return trial

    return on_the_day_as_it_is(workplace, attempt)


def lift_road_work(workplace: Workplace, *, service_id: str, day: date, number: int, actor: Actor) -> RoadChange:
    """Let the roads of a day be as usual again, and publish the plan that follows.

    Raises
    ------
    NotFound
        ``unknown_road_change``.
    Conflict
        ``road_already_open``; ``day_busy``.
    PlanRejected
        ``plan_impossible``.
    """

    def attempt() -> RoadChange:
        before = workplace.workday(service_id, day).without_holds()
        roads = {change.number: change for change in before.state.roads}
        if number not in roads:
            raise NotFound("unknown_road_change", number=number, date=day.isoformat())
        if roads[number].lifted:
            raise Conflict("road_already_open", number=number)
        lifted = replace(roads[number], lifted=True)
        roads[number] = lifted
        state = replace(before.state, roads=tuple(roads.values()))
        found = settled(before.state, replace(before, state=state), cause=BreachCause.ROAD)
        with workplace.store.writing() as work:
            found.written(work, lifted, actor=actor, kind="road_opened")
        return lifted

    return on_the_day_as_it_is(workplace, attempt)


def _tried(
    workplace: Workplace, service_id: str, day: date, asked_by: tuple[RoadWork, Actor]
) -> tuple[RoadTrial, Settled]:
    asked, actor = asked_by
    before = workplace.workday(service_id, day).without_holds()
    change = _change(workplace.store, before, asked, actor=actor)
    state = replace(before.state, roads=(*before.state.roads, change))
    found = _settled(before.state, replace(before, state=state))
    after = routes_of(found.draft.day, found.draft.solution)
    moved = effects(before.state.plan.routes, after)
    return RoadTrial(change=change, late=found.late, undriven=found.given_up, effects=moved), found


def _settled(before: DayState, workday: Workday) -> Settled:
    """The day under other roads, without those whom nobody can drive on these."""
    try:
        return settled(before, workday, cause=BreachCause.ROAD)
    except NobodyDrives as left:
        return settled(before, workday, cause=BreachCause.ROAD, given_up=left.reservations)


def _change(store: Store, workday: Workday, asked: RoadWork, *, actor: Actor) -> RoadChange:
    from_s = max(asked.from_s, workday.now_s, 0)
    if asked.percent == WHOLE and not asked.closed:
        raise InvalidInput("road_change_empty")
    areas_good = all(0 < one.radius_m <= RADIUS_MAX_M and 0 < one.detour_s <= DETOUR_MAX_S for one in asked.closed)
    if not (WHOLE <= asked.percent <= SLOWEST and from_s < asked.until_s <= LAST_SECOND_S and areas_good):
        raise InvalidInput("road_change_bounds", percent_max=SLOWEST, radius_max_m=RADIUS_MAX_M)
    state, number = workday.state, len(workday.state.roads) + 1
    return RoadChange(
        number=number,
        service_id=state.service_id,
        date=state.date,
        from_s=from_s,
        until_s=asked.until_s,
        declared_at=workday.now,
        declared_by=actor,
        percent=asked.percent,
        closed=tuple(
            ClosedArea(
                centre=spot_said(store, state.service_id, one.centre, own=f"road-{number}"),
                radius_m=one.radius_m,
                detour_s=one.detour_s,
            )
            for one in asked.closed
        ),
    )
