"""The exact schedule: equal to Bellman-Ford, accepted by the checker, and honest about why there is none."""

from __future__ import annotations

import numpy as np
import pytest

from solver.checker import check
from solver.errors import SolverInputError
from solver.problem import Problem, frozen
from solver.route_rules import Infeasible, clockless_fault
from solver.rules import Rule
from solver.schedule import schedule
from solver.solution import Solution, TimedRoute
from tests.solver.solver_cases import Size, line_problem, random_problem, random_visits
from tests.solver.timing_oracle import earliest_times


def _alone(problem: Problem, vehicle: int, route: TimedRoute) -> Solution:
    """The plan in which only ``vehicle`` drives."""
    rest = [int(t) for t in problem.shift_earliest]
    routes = [TimedRoute(visits=(), starts=(), depart=t, arrive=t, break_starts=()) for t in rest]
    routes[vehicle] = route
    served = {visit % problem.n_requests for visit in route.visits}
    unserved = tuple(r for r in range(problem.n_requests) if r not in served)
    return Solution(routes=tuple(routes), unserved=unserved)


@pytest.mark.parametrize("periods", [1, 2, 3, 4])
@pytest.mark.parametrize(("breaks", "links"), [(0, False), (1, True), (2, True)])
def test_schedule_agrees_with_bellman_ford_and_the_checker(breaks: int, links: bool, periods: int) -> None:
    """On 6,300 random routes: a schedule exists exactly when Bellman-Ford finds one; its starts are the
    least ones of the best break placing; the checker accepts it. Both outer legs are interrupted again and again."""
    rng = np.random.default_rng(10 * (periods - 1) + breaks)
    outcomes = {True: 0, False: 0}
    on_first_leg, on_last_leg = 0, 0
    routes = 1200 if periods == 1 else 300
    while sum(outcomes.values()) < routes:
        size = Size(requests=5, vehicles=1, breaks=breaks, links=links, periods=periods)
        problem = frozen(random_problem(rng, size))
        size = int(rng.integers(1, 6))
        chosen = [0, 4, 1, 2, 3][:size]
        visits = random_visits(rng, problem, chosen)
        if clockless_fault(problem, 0, visits) is not None:
            continue
        expected = earliest_times(problem, 0, visits)
        found = schedule(problem, 0, visits)
        outcomes[isinstance(found, TimedRoute)] += 1
        assert isinstance(found, TimedRoute) == bool(expected)
        if isinstance(found, TimedRoute):
            assert sum(found.starts) == min(map(sum, expected))
            assert list(found.starts) in expected
            faults = [v for v in check(problem, _alone(problem, 0, found)) if v.rule is not Rule.LINK]
            assert faults == []
            on_first_leg += any(found.depart <= at < found.starts[0] for _, at in found.break_starts)
            on_last_leg += any(found.starts[-1] <= at < found.arrive for _, at in found.break_starts)
    assert min(outcomes.values()) > routes // 6
    assert breaks == 0 or min(on_first_leg, on_last_leg) > routes // 120


def test_amount_of_an_infeasible_route_is_the_least_that_helps() -> None:
    """Widening the named limits by the amount removes the blame; one tick less does not."""
    rng = np.random.default_rng(7)
    seen: set[Rule] = set()
    for _ in range(1500):
        problem = frozen(random_problem(rng, Size(requests=3, vehicles=1, links=False)))
        visits = random_visits(rng, problem, [0, 1, 2])
        found = schedule(problem, 0, visits)
        if isinstance(found, TimedRoute) or found.rule not in _WIDEN:
            continue
        seen.add(found.rule)
        order = [*_WIDEN, Rule.BREAK]
        enough = schedule(_WIDEN[found.rule](problem, found.amount), 0, visits)
        short = schedule(_WIDEN[found.rule](problem, found.amount - 1), 0, visits)
        assert isinstance(enough, TimedRoute) or order.index(enough.rule) > order.index(found.rule)
        assert isinstance(short, Infeasible)
        assert short.rule is found.rule
        assert short.amount == 1
    assert seen == set(_WIDEN)


_WIDEN = {
    Rule.WINDOW: lambda p, by: frozen(p._replace(latest=p.latest + by)),
    Rule.SHIFT: lambda p, by: frozen(p._replace(shift_latest=p.shift_latest + by)),
    Rule.RIDE: lambda p, by: frozen(p._replace(max_ride=p.max_ride + by)),
    Rule.IDLE: lambda p, by: frozen(p._replace(idle_aboard_limit=p.idle_aboard_limit + by)),
    Rule.DURATION: lambda p, by: frozen(p._replace(max_duration=p.max_duration + by)),
}


def test_vehicle_leaves_as_late_as_its_first_rider_allows() -> None:
    """Pick-up at 10 opens at 100, so leaving at 90 is late enough and early enough."""
    problem = line_problem(positions=[(10, 20)])
    problem = frozen(problem._replace(earliest=np.array([100, 0])))
    route = schedule(problem, 0, (0, 1))
    assert route == TimedRoute(visits=(0, 1), starts=(100, 111), depart=90, arrive=131, break_starts=())


def test_pickup_is_delayed_rather_than_the_ride_made_too_long() -> None:
    """The drop opens at 50 and the ride limit is 12: boarding ends at 38, so service starts at 37."""
    problem = line_problem(positions=[(10, 20)])
    problem = frozen(problem._replace(earliest=np.array([0, 50]), max_ride=np.array([12])))
    route = schedule(problem, 0, (0, 1))
    assert isinstance(route, TimedRoute)
    assert route.starts == (37, 50)


def test_break_waits_until_nobody_is_aboard() -> None:
    """A break due between 15 and 25 is taken at 21, after the first drop, although it could interrupt the ride."""
    problem = line_problem(positions=[(10, 20), (30, 40)])
    problem = frozen(
        problem._replace(
            break_vehicle=np.array([0]),
            break_earliest=np.array([15]),
            break_latest=np.array([25]),
            break_duration=np.array([9]),
            latest=np.array([10, 60, 60, 70]),
        )
    )
    route = schedule(problem, 0, (0, 2, 1, 3))
    assert isinstance(route, TimedRoute)
    assert route.break_starts == ((0, 21),)
    assert route.starts == (10, 21, 40, 51)


def _with_break(positions: tuple[int, int], *, window: tuple[int, int], duration: int) -> Problem:
    """One request on the line, picked up at 100 or later and dropped by 200, and one break."""
    return frozen(
        line_problem(positions=[positions])._replace(
            earliest=np.array([100, 0]),
            latest=np.array([100, 200]),
            break_vehicle=np.array([0]),
            break_earliest=np.array([window[0]]),
            break_latest=np.array([window[1]]),
            break_duration=np.array([duration]),
        )
    )


def test_break_may_interrupt_the_way_to_the_first_rider() -> None:
    """50 to the pick-up at 100, a break of 9 due at 60 exactly: too late before leaving, so the vehicle leaves at
    41 (50 + 9 before 100) and rests on the way."""
    route = schedule(_with_break((50, 60), window=(60, 60), duration=9), 0, (0, 1))
    assert route == TimedRoute(visits=(0, 1), starts=(100, 111), depart=41, arrive=171, break_starts=((0, 60),))


def test_vehicle_leaves_before_the_break_it_takes_on_the_way_out() -> None:
    """10 to the pick-up at 100, a break of 9 due at 85: there is time to rest from 85 to 94 and drive on; leaving
    at 81 (10 + 9 before 100) is late enough."""
    route = schedule(_with_break((10, 20), window=(85, 85), duration=9), 0, (0, 1))
    assert route == TimedRoute(visits=(0, 1), starts=(100, 111), depart=81, arrive=131, break_starts=((0, 85),))
    early = schedule(_with_break((10, 20), window=(82, 82), duration=9), 0, (0, 1))
    assert early == TimedRoute(visits=(0, 1), starts=(100, 111), depart=81, arrive=131, break_starts=((0, 82),))


def test_break_may_interrupt_the_way_home() -> None:
    """Dropped at 111 with 20 to go, a break of 9 due at 120: before arrival at 131, which becomes 140."""
    route = schedule(_with_break((10, 20), window=(120, 120), duration=9), 0, (0, 1))
    assert route == TimedRoute(visits=(0, 1), starts=(100, 111), depart=90, arrive=140, break_starts=((0, 120),))


@pytest.mark.parametrize(("due", "taken"), [((0, 90), 0), ((115, 300), 131)])
def test_break_is_taken_at_home_where_it_costs_nobody_time(due: tuple[int, int], taken: int) -> None:
    """A break of 9 that fits before leaving at 90, or after arriving at 131, interrupts no drive."""
    route = schedule(_with_break((10, 20), window=due, duration=9), 0, (0, 1))
    assert route == TimedRoute(visits=(0, 1), starts=(100, 111), depart=90, arrive=131, break_starts=((0, taken),))


def _by_hours(problem: Problem, *, paces: tuple[int, ...], starts: tuple[int, ...]) -> Problem:
    """Period ``k`` begins at ``starts[k]`` and takes ``paces[k]`` times as long."""
    travel = np.concatenate([pace * problem.travel for pace in paces])
    return frozen(problem._replace(travel=travel, period_start=np.array(starts)))


def test_who_cannot_drive_slowly_waits_for_the_faster_hour() -> None:
    """10 to the pick-up and 10 to the drop, three times as much before 100. Boarding ends at 96 or later: leaving
    then would arrive at 126, waiting for 100 arrives at 110. The vehicle leaves at 65, 30 before the pick-up at 95."""
    problem = line_problem(positions=[(10, 20)])
    problem = _by_hours(frozen(problem._replace(earliest=np.array([95, 0]))), paces=(3, 1), starts=(0, 100))
    route = schedule(problem, 0, (0, 1))
    assert route == TimedRoute(visits=(0, 1), starts=(95, 110), depart=65, arrive=130, break_starts=())


def test_a_ride_too_long_in_a_slow_hour_begins_at_its_end() -> None:
    """30 to drive in the hour that lasts until a thousand million, 25 allowed: boarding ends 15 before the hour does,
    to wait for 10 in the next, not a tick earlier. The vehicle has left 30 before the pick-up."""
    end = 10**9
    problem = line_problem(positions=[(10, 20)])
    problem = _by_hours(
        frozen(
            problem._replace(
                latest=np.full(2, 2 * end),
                max_ride=np.array([25]),
                shift_latest=np.array([3 * end]),
                max_duration=np.array([3 * end]),
                idle_aboard_limit=end,
            )
        ),
        paces=(3, 1),
        starts=(0, end),
    )
    route = schedule(problem, 0, (0, 1))
    assert isinstance(route, TimedRoute)
    assert route.starts == (end - 16, end + 10)
    assert route.depart == end - 46


def test_a_break_on_a_leg_counts_the_slower_of_resting_first_and_driving_first() -> None:
    """Home is 20 away, twice as far from 120 on. Dropped at 111, a break of 9 due by 120 on the way: driving first
    ends at 131 + 9, resting first at 120 + 40."""
    problem = _by_hours(_with_break((10, 20), window=(112, 120), duration=9), paces=(1, 2), starts=(0, 120))
    route = schedule(problem, 0, (0, 1))
    assert route == TimedRoute(visits=(0, 1), starts=(100, 111), depart=90, arrive=160, break_starts=((0, 112),))


def test_rules_without_a_clock_are_named() -> None:
    """Each fault of order, permission and seats is named with its amount."""
    problem = line_problem(positions=[(10, 20), (12, 30)], vehicles=2, seats=1)
    problem = frozen(problem._replace(compatible=np.array([[True, False], [True, True]]), locked_vehicle=[-1, 0]))
    assert schedule(problem, 0, (2, 0)) == Infeasible(rule=Rule.PAIRING, amount=0, visit=2)
    assert schedule(problem, 0, (0, 0)) == Infeasible(rule=Rule.DUPLICATE, amount=0, visit=0)
    assert schedule(problem, 0, (0, 1, 2, 3)) == Infeasible(rule=Rule.SEATS, amount=1, visit=1)
    assert schedule(problem, 1, (0, 2)) == Infeasible(rule=Rule.COMPATIBLE, amount=0, visit=0)
    assert schedule(problem, 1, (1, 3)) == Infeasible(rule=Rule.LOCKED, amount=0, visit=1)


def test_unknown_visit_is_an_error() -> None:
    """A visit outside the problem is the caller's mistake, not an infeasible route."""
    with pytest.raises(SolverInputError, match="visit 9"):
        schedule(line_problem(positions=[(1, 2)]), 0, (9,))
