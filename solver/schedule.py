"""The exact schedule of one route: times that keep every rule, or the rule that makes it impossible.

Windows, travel, ride limits, idle-aboard limit, duration and links within the route are constraints
``x_j >= f(x_i)`` with ``f`` never decreasing: ``arrival`` on a leg, its inverse for idling, a constant step for the
rest. They have a solution exactly when the least fixed point of pushing lower bounds along them stays within the
windows; it is found by alternating a forward pass (travel, links) and a backward pass (ride, idle, duration).
With one period every ``f`` is a step, and as in Bellman-Ford a fixed point needs at most one round per variable.
With several the same holds once everything that moves has reached the last period. Until then, where a limit is
broken however late a visit starts within the present periods, its start rises to the next of them at once.

Breaks choose among the gaps with nobody aboard; every order-preserving choice is tried. Gap 0 lies before
departure, gap ``i`` on the leg that reaches position ``i``, and the gap after the last position follows the arrival.
Breaks only add constraints, so each choice starts from the times without breaks, behind the first gap it uses.
Links to requests on *other* routes are not seen here.

This is the reference; `solver.kernels.timing` is its compiled twin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from solver.legs import ENDLESS, Leg
from solver.problem import Int64, Problem
from solver.route_rules import Infeasible, clockless_fault, riders_after
from solver.rules import Rule
from solver.solution import TimedRoute

__all__ = ["Infeasible", "schedule", "times_if_any"]


def schedule(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> TimedRoute | Infeasible:
    """Earliest service starts of the route, leaving as late as they allow.

    Among the places where its breaks fit, the one with the least sum of service starts is taken, then the one
    with the least time between departure and arrival (the first such, counting gaps from the start of the day).

    Returns
    -------
    TimedRoute or Infeasible
        Exact: `Infeasible` only when no times exist.

    Raises
    ------
    SolverInputError
        A visit that the problem does not have.
    """
    timed = times_if_any(problem, vehicle, visits)
    if timed is not None:
        return timed
    return clockless_fault(problem, vehicle, visits) or _why(_case(problem, vehicle, visits), visits)


def times_if_any(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> TimedRoute | None:
    """As `schedule`, without the reason where there are no times: that takes ten to thirty times as long to find.

    Raises
    ------
    SolverInputError
        A visit that the problem does not have.
    """
    if clockless_fault(problem, vehicle, visits) is not None:
        return None
    if not visits:
        rest = int(problem.shift_earliest[vehicle])
        return TimedRoute(visits=(), starts=(), depart=rest, arrive=rest, break_starts=())
    times = _best_times(_case(problem, vehicle, visits), _STRICT)
    if times is None:
        return None
    return TimedRoute(
        visits=visits,
        starts=tuple(times.x[1:-1]),
        depart=times.depart,
        arrive=times.x[-1],
        break_starts=tuple(zip(problem.breaks_of(vehicle), times.breaks, strict=True)),
    )


class _Break(NamedTuple):
    earliest: int
    latest: int
    duration: int


class _Pull(NamedTuple):
    """``x[at] >= x[later] - limit``: the later node may not be further behind than the limit."""

    at: int
    later: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One route as constraints over positions ``0`` (start place) to ``last`` (end place)."""

    low: list[int]
    high: list[int]
    legs: list[Leg]  # legs[i] leads from i to i + 1
    end_lag: list[int]  # ticks of service at i
    rides: list[_Pull]
    waits: list[int]  # positions that are left with riders aboard, the last first
    idle: int  # ticks these riders may wait
    duration: int
    links: dict[int, tuple[int, int]]  # position of a return: (position of its outbound's drop, ticks)
    gaps: list[int]  # where a break may lie: 0 before departure, i on the leg to position i, last + 1 after arrival
    breaks: list[_Break]

    def reached(self, i: int, x: list[int], pause: int = 0) -> int:
        """When position ``i`` is reached with breaks of ``pause`` ticks on the leg."""
        return self.legs[i - 1].reached(x[i - 1] + self.end_lag[i - 1], pause)

    def free_at(self, gap: int, x: list[int]) -> int:
        """From when on a break in ``gap`` may be taken."""
        return x[gap - 1] + self.end_lag[gap - 1] if gap else self.low[0]

    @property
    def steady_from(self) -> int:
        """From here on every leg takes as long however late it is left."""
        starts = self.legs[0].starts
        return starts[-1] if len(starts) > 1 else min(self.low)


class _Ease(NamedTuple):
    """Ticks by which each family of limits is widened."""

    ride: int
    idle: int
    duration: int
    breaks: int


_STRICT = _Ease(0, 0, 0, 0)


class _Times(NamedTuple):
    x: list[int]
    breaks: list[int]
    depart: int

    @property
    def merit(self) -> tuple[int, int]:
        """The less, the better: sum of service starts, then ticks away from both places."""
        return sum(self.x[1:-1]), self.x[-1] - self.depart


def _case(problem: Problem, vehicle: int, visits: tuple[int, ...]) -> _Case:
    n, last, numbers = problem.n_requests, len(visits) + 1, np.array(visits, np.int64)
    service = [0, *problem.service[problem.class_of_vehicle[vehicle], numbers].tolist(), 0]
    at = {visit: position for position, visit in enumerate(visits, start=1)}
    riders = [0, *riders_after(problem, visits)]
    begin, finish = int(problem.shift_earliest[vehicle]), int(problem.shift_latest[vehicle])
    longest = problem.max_ride.tolist()
    return _Case(
        low=[begin, *problem.earliest[numbers].tolist(), begin],
        high=[finish, *problem.latest[numbers].tolist(), finish],
        legs=_legs(problem, vehicle, numbers),
        end_lag=service,
        rides=[_Pull(i, at[v + n], longest[v] + service[i]) for v, i in at.items() if v < n],
        waits=[i for i in range(last - 1, 0, -1) if riders[i]],
        idle=problem.idle_aboard_limit,
        duration=int(problem.max_duration[vehicle]),
        links={
            at[v]: (outbound, service[outbound] + int(problem.link_stay[v]))
            for v, outbound in _links_within(problem, at)
        },
        gaps=[0, *(i for i in range(1, last + 1) if not riders[i - 1]), last + 1],
        breaks=[
            _Break(*(int(a[b]) for a in (problem.break_earliest, problem.break_latest, problem.break_duration)))
            for b in problem.breaks_of(vehicle)
        ],
    )


def _legs(problem: Problem, vehicle: int, visits: Int64) -> list[Leg]:
    """From the start place by way of the visits to the end place."""
    start, end = problem.start_place[vehicle], problem.end_place[vehicle]
    places = np.array([start, *problem.place_of_visit[visits].tolist(), end], np.int64)
    periods = tuple(problem.period_start.tolist())
    return [Leg(periods, tuple(ticks)) for ticks in problem.travel[:, places[:-1], places[1:]].T.tolist()]


def _links_within(problem: Problem, at: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Returns on this route whose outbound is on it too: (pick-up visit, position of the outbound's drop)."""
    n, linked = problem.n_requests, problem.linked_to.tolist()
    for visit in at:
        outbound = linked[visit] if visit < n else -1
        for drop in [problem.drop(option) for option in problem.options(outbound)] if outbound >= 0 else []:
            if drop in at:
                yield visit, at[drop]


def _best_times(case: _Case, ease: _Ease) -> _Times | None:
    """The schedule of the least merit over all places of the breaks."""
    breaks = [b._replace(duration=b.duration - ease.breaks) for b in case.breaks if _kept(b, ease)]
    free = _least(case, ease, {}, case.low)
    if free is None or not breaks:
        return free
    best: _Times | None = None
    for gaps in product(*([gap for gap in case.gaps if _fits(case, free.x, gap, pause)] for pause in breaks)):
        if list(gaps) != sorted(gaps):
            continue
        placed: dict[int, list[_Break]] = {}
        for gap, pause in zip(gaps, breaks, strict=True):
            placed.setdefault(gap, []).append(pause)
        times = _least(case, ease, placed, free.x)
        if times is not None and (best is None or times.merit < best.merit):
            best = times
    return best


def _fits(case: _Case, x: list[int], gap: int, pause: _Break) -> bool:
    """Whether a break can lie in ``gap`` at the earliest times ``x``, whatever follows from it."""
    start = max(case.free_at(gap, x), pause.earliest)
    return start <= pause.latest and start + pause.duration <= case.high[min(gap, len(x) - 1)]


def _kept(pause: _Break, ease: _Ease) -> bool:
    return ease.breaks == 0 or pause.duration > ease.breaks


def _least(case: _Case, ease: _Ease, placed: dict[int, list[_Break]], known: list[int]) -> _Times | None:
    """Least fixed point of all constraints with the breaks in the given gaps.

    It is nowhere below ``known``: the windows, or for ``placed`` breaks the least times without them.
    """
    x, first, steady_rounds = list(known), min(placed, default=0), 0
    while steady_rounds <= len(x):
        before = list(x)
        if not _push_forward(case, placed, x, first):
            return None
        pushed = list(x)
        _pull_back(case, ease, placed, x)
        if x == pushed:
            breaks = _break_starts(case, placed, x)
            return _Times(x, breaks, _departure(case, placed, x, breaks))
        first = next(i for i, (now, was) in enumerate(zip(x, pushed, strict=True)) if now > was)
        first_moved = min(now for now, was in zip(x, before, strict=True) if now > was)
        steady_rounds = steady_rounds + 1 if first_moved >= case.steady_from else 0
    return None


def _departure(case: _Case, placed: dict[int, list[_Break]], x: list[int], breaks: list[int]) -> int:
    """The latest tick at which the vehicle may leave for these times."""
    on_first_leg = placed.get(1, [])
    latest = case.legs[0].left(x[1], _rest(on_first_leg))
    return min(latest, breaks[len(placed.get(0, []))]) if on_first_leg else latest


def _rest(pauses: list[_Break]) -> int:
    return sum(pause.duration for pause in pauses)


def _push_forward(case: _Case, placed: dict[int, list[_Break]], x: list[int], first: int) -> bool:
    """Raise ``x`` in place along travel, breaks and links from position ``first`` on, nothing before it having moved;
    False when something is beyond its latest time."""
    legs, end_lag, links, high = case.legs, case.end_lag, case.links, case.high
    for i in range(first, len(x)):
        reach = legs[i - 1].reached(x[i - 1] + end_lag[i - 1]) if i else x[0]
        if i in placed:
            reach = max(reach, _ended(case, placed, x, i))
        if i in links:
            outbound, stay = links[i]
            reach = max(reach, x[outbound] + stay)
        if reach > x[i]:
            x[i] = reach
        if x[i] > high[i]:
            return False
    if len(x) in placed and _ended(case, placed, x, len(x)) > high[-1]:
        return False
    starts = _break_starts(case, placed, x)
    return all(start <= b.latest for start, b in zip(starts, _in_order(placed), strict=True))


def _ended(case: _Case, placed: dict[int, list[_Break]], x: list[int], gap: int) -> int:
    """When the breaks in ``gap`` have been taken and, on a leg, the leg has been driven too."""
    free_at = case.free_at(gap, x)
    for pause in placed[gap]:
        free_at = max(free_at, pause.earliest) + pause.duration
    return max(free_at, case.reached(gap, x, _rest(placed[gap]))) if 0 < gap < len(x) else free_at


def _in_order(placed: dict[int, list[_Break]]) -> list[_Break]:
    return [pause for gap in sorted(placed) for pause in placed[gap]]


def _break_starts(case: _Case, placed: dict[int, list[_Break]], x: list[int]) -> list[int]:
    """When each break starts, as early as ``x`` allows."""
    starts: list[int] = []
    for gap in sorted(placed):
        free_at = case.free_at(gap, x)
        for pause in placed[gap]:
            starts.append(max(free_at, pause.earliest))
            free_at = starts[-1] + pause.duration
    return starts


def _pull_back(case: _Case, ease: _Ease, placed: dict[int, list[_Break]], x: list[int]) -> None:
    """Raise ``x`` in place so that nobody is behind by more than a limit."""
    _pull(case, placed, x, _Pull(0, len(x) - 1, case.duration + ease.duration))
    for ride in case.rides:
        if x[ride.later] - ride.limit - ease.ride > x[ride.at]:
            _pull(case, placed, x, ride._replace(limit=ride.limit + ease.ride))
    legs, end_lag, wait = case.legs, case.end_lag, case.idle + ease.idle
    for i in case.waits:
        too_early = legs[i].left(x[i + 1] - wait - 1) - end_lag[i]
        if too_early >= x[i]:
            x[i] = too_early + 1


def _pull(case: _Case, placed: dict[int, list[_Break]], x: list[int], pull: _Pull) -> None:
    """Raise ``x[pull.at]`` in place as the limit asks, and at once by as much as that would not help."""
    least = x[pull.later] - pull.limit
    if least > x[pull.at]:
        x[pull.at] = max(least, x[pull.at] + _in_step(case, placed, x, pull))


def _in_step(case: _Case, placed: dict[int, list[_Break]], x: list[int], pull: _Pull) -> int:
    """By how much ``x[pull.at]`` may rise at least with ``x[pull.later]`` rising as much, whatever else moves."""
    room = ENDLESS
    for i in range(pull.at + 1, pull.later + 1):
        rest = _rest(placed.get(i, []))
        if case.reached(i, x, rest) != x[i]:
            return 0
        leave = x[i - 1] + case.end_lag[i - 1]
        room = min(room, case.legs[i - 1].steady(leave), case.legs[i - 1].steady(leave + rest))
    return room


def _why(case: _Case, visits: tuple[int, ...]) -> Infeasible:
    """Add the rules family by family; the one after which no schedule is left is to blame."""
    for with_links, rule in ((False, Rule.WINDOW), (True, Rule.LINK)):
        late = _lateness(case, with_links=with_links)
        worst = max(late[:-1])
        if worst > 0:
            return Infeasible(rule=rule, amount=worst, visit=visits[max(0, late.index(worst) - 1)])
        if late[-1] > 0:
            return Infeasible(rule=Rule.LINK if with_links else Rule.SHIFT, amount=late[-1], visit=None)
    wide = max(case.high) - min(case.low) + 1
    stages: tuple[tuple[Rule, Callable[[int], _Ease]], ...] = (
        (Rule.RIDE, lambda by: _Ease(by, wide, wide, wide)),
        (Rule.IDLE, lambda by: _Ease(0, by, wide, wide)),
        (Rule.DURATION, lambda by: _Ease(0, 0, by, wide)),
    )
    for rule, eased in stages:
        if _best_times(case, eased(0)) is None:
            return Infeasible(rule=rule, amount=_least_ease(case, eased, wide), visit=None)
    longest = max(1, *(b.duration for b in case.breaks))
    amount = _least_ease(case, lambda by: _Ease(0, 0, 0, by), longest)
    return Infeasible(rule=Rule.BREAK, amount=amount, visit=None)


def _lateness(case: _Case, *, with_links: bool) -> list[int]:
    """Ticks by which each position is reached after its latest time when only travel (and links) count."""
    x = list(case.low)
    for i in range(1, len(x)):
        x[i] = max(x[i], case.reached(i, x))
        if with_links and i in case.links:
            outbound, stay = case.links[i]
            x[i] = max(x[i], x[outbound] + stay)
    return [reached - latest for reached, latest in zip(x, case.high, strict=True)]


def _least_ease(case: _Case, eased: Callable[[int], _Ease], enough: int) -> int:
    """Smallest amount in ``1..enough`` that lets a schedule exist; ``enough`` always does."""
    low, high = 0, enough
    while high - low > 1:
        middle = (low + high) // 2
        if _best_times(case, eased(middle)) is None:
            low = middle
        else:
            high = middle
    return high
