"""What a new plan changes for people: riders who are fetched or arrive at another time, stops that drivers miss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from dispatch.model.plan import Route, Task
from dispatch.model.rules import StabilityRules
from dispatch.model.times import MINUTE_S

VisitKey: TypeAlias = tuple[int, Task]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disturbance:
    """Riders re-timed and stops changed from one plan to the next; ``_near`` are those of them soon, counted in both.

    A rider is re-timed when a scheduled start at either end moves by more than the tolerance of the rules. A stop is
    changed when it is on another shift than before or follows another stop.
    """

    riders: int
    riders_near: int
    stops: int
    stops_near: int


UNDISTURBED = Disturbance(riders=0, riders_near=0, stops=0, stops_near=0)


class _Place(NamedTuple):
    """Where a visit stands in a plan: its shift, the visit before it on the route (or none), its start in seconds."""

    shift_id: str
    after: tuple[VisitKey, ...]
    start_s: int


def disturbance(
    before: tuple[Route, ...], after: tuple[Route, ...], *, now_s: int, rules: StabilityRules
) -> Disturbance:
    """What changes between two plans, for the visits that both have and that are still to come at ``now_s``."""
    old, new = _places(before), _places(after)
    both = [key for key in new if key in old and max(new[key].start_s, old[key].start_s) > now_s]
    near_until_s = now_s + rules.near_min * MINUTE_S

    def near(key: VisitKey) -> bool:
        return min(old[key].start_s, new[key].start_s) <= near_until_s

    moved = [key for key in both if abs(new[key].start_s - old[key].start_s) > rules.retimed_min * MINUTE_S]
    changed = [key for key in both if new[key][:2] != old[key][:2]]
    return Disturbance(
        riders=len({reservation_id for reservation_id, _ in moved}),
        riders_near=len({key[0] for key in moved if near(key)}),
        stops=len(changed),
        stops_near=sum(map(near, changed)),
    )


def gain_due_m(disturbed: Disturbance, rules: StabilityRules) -> int:
    """The metres that a plan must save to be worth its disturbance.

    ``gain_min + gain_per_rider * weighted riders + gain_per_stop * weighted stops``, what is near weighing
    ``near_factor``, all else 1.
    """
    extra = rules.near_factor - 1
    riders = disturbed.riders + extra * disturbed.riders_near
    stops = disturbed.stops + extra * disturbed.stops_near
    return rules.gain_min_m + rules.gain_per_rider_m * riders + rules.gain_per_stop_m * stops


def _places(routes: tuple[Route, ...]) -> dict[VisitKey, _Place]:
    return dict(pair for route in routes for pair in _places_on(route))


def _places_on(route: Route) -> Iterator[tuple[VisitKey, _Place]]:
    for visit in route.visits[:1]:
        yield (visit.reservation_id, visit.task), _Place(route.shift_id, (), visit.start_s)
    for previous, visit in pairwise(route.visits):
        before = ((previous.reservation_id, previous.task),)
        yield (visit.reservation_id, visit.task), _Place(route.shift_id, before, visit.start_s)
