"""The problem the solver is given: a read-only struct of arrays. Numbers in, numbers out.

Sizes: ``R`` requests, ``N = 2R`` visits, ``V`` vehicles, ``P`` places, ``K`` periods of the day,
``S`` kinds of seat, ``A`` layouts per vehicle, ``C`` vehicle classes, ``B`` breaks, ``Q`` visits with a soft
latest time, ``M`` requests served in the reference plan, ``O`` requests that are options.
Visit ``r`` (``0 <= r < R``) is the pick-up of request ``r``; visit ``R + r`` is its drop.

Times are int64 *ticks*; ``tick_s`` says how long one is (1.0 s in production, a fine fraction of the
unit for Euclidean benchmark files). Costs are int64 *cost units* (metres in production) and are kept
apart from times. Nothing here is a sentinel: an absent limit is stated as the bound that always holds
(the length of the day for a ride, the length of the shift for a duration).
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from solver.errors import SolverInputError
from solver.weights import PLAIN, Objective

Whole = TypeVar("Whole", np.int32, np.int64)

Int64 = NDArray[np.int64]
Int32 = NDArray[np.int32]
Bool = NDArray[np.bool_]


def _nothing(dtype: type[Whole]) -> NDArray[Whole]:
    empty = np.zeros(0, dtype=dtype)
    empty.setflags(write=False)
    return empty


_NO_INT64, _NO_INT32 = _nothing(np.int64), _nothing(np.int32)


class Problem(NamedTuple):
    """One service day (or benchmark instance) in numbers. Every array is read-only and C-contiguous.

    Time rules, for a route visiting ``v_0 .. v_n`` with service starts ``B`` (ticks):

    * ``earliest[v] <= B[v] <= latest[v]`` (both ends inclusive);
    * ``B[v'] >= arrival(B[v] + service[class, v])`` for consecutive visits. A leg left at ``t`` in period ``k``
      (``period_start[k] <= t``; the first period holds before its start too) is driven by

          arrival(t) = min(t + travel[k, v, v'], min over j > k of period_start[j] + travel[j, v, v'])      (1)

      leave now, or wait for a later period; it never decreases as ``t`` grows;
    * ride: ``B[drop] - (B[pick] + service[class, pick]) <= max_ride[r]``;
    * idle aboard: when anybody is aboard on the leg ``v -> v'``,
      ``B[v'] - arrival(B[v] + service) <= idle_aboard_limit``;
    * the vehicle leaves its start place at ``D >= shift_earliest`` and reaches its end place at
      ``E <= shift_latest`` with ``E - D <= max_duration``;
    * a vehicle with at least one visit takes each of its breaks while nobody is aboard: before it leaves its
      start place, after it has reached its end place, or on any leg, those from the start place and to the
      end place included; ``D`` and ``E`` stand for end of service at the start place and for ``B`` at the end
      place. The break may interrupt the drive: it lies between end of service ``t`` at ``v`` and ``B[v']``, and with
      ``d`` ticks of breaks on the leg in all, ``B[v'] >= max(arrival(t) + d, arrival(t + d))``, the later of
      driving first and resting first, so it is no matter where on the leg the driver rests. A break starts inside
      ``[break_earliest, break_latest]``, within the shift; the breaks of one vehicle are taken in index
      order and do not overlap;
    * linked requests: a served return ``r`` needs its outbound ``o = linked_to[r]`` served, and
      ``B[r] >= B[R + o] + service[class of o's vehicle, R + o] + link_stay[r]``;
      on one route the outbound's drop stands before the return's pick-up;
    * options: each request is the *demand* of somebody, or an option: another way (other places, windows, limits) to
      meet the demand ``option_of``, its *head*. At most one request of a demand is served; the demand is unserved
      when none is, and the head stands for it in ``Solution.unserved``. The requests of a demand share ``mandatory``,
      ``penalty`` and ``linked_to``; a link names a head, and whichever request meets that demand is the outbound.

    Loads: after each visit the load aboard fits at least one layout of the vehicle in every seat kind
    (folding seats: the layout may differ from leg to leg). While an ``exclusive`` request is aboard, no other
    request is. An unused vehicle drives nothing, costs nothing and takes no break.

    What a plan costs is `solver.objective`. Soft latest times and the reference plan count there only; no rule
    knows them.

    `solver.validation.validated` checks all of this; ``frozen(problem._replace(...))`` derives a variant of a
    validated problem cheaply (arrays that did not change are shared, not copied).
    """

    tick_s: float
    travel: Int64  # (K, P, P) ticks, >= 0; whatever they are, (1) lets nobody overtake by leaving later
    period_start: Int64  # (K,) ticks, strictly increasing; period k holds from period_start[k] on
    cost: Int64  # (P, P) cost units, >= 0
    place_of_visit: Int32  # (N,)
    earliest: Int64  # (N,) ticks
    latest: Int64  # (N,) ticks, >= earliest
    service: Int64  # (C, N) ticks, boarding / alighting time by vehicle class
    max_ride: Int64  # (R,) ticks, >= 0
    load: Int32  # (R, S) seats taken, >= 0
    mandatory: Bool  # (R,) a promised reservation: a plan without it is invalid
    penalty: Int64  # (R,) cost units when an optional request stays unserved
    exclusive: Bool  # (R,) private ride: nobody else aboard
    compatible: Bool  # (R, V) may this vehicle carry this request
    locked_vehicle: Int32  # (R,) the vehicle that must carry it, -1 = free
    linked_to: Int32  # (R,) request whose drop must come first (the outbound of a return), -1 = none
    link_stay: Int64  # (R,) ticks between the end of service at that drop and this pick-up
    class_of_vehicle: Int32  # (V,) in [0, C)
    capacity: Int32  # (V, A, S) seats by layout; a vehicle with fewer layouts repeats its last
    start_place: Int32  # (V,)
    end_place: Int32  # (V,)
    shift_earliest: Int64  # (V,) ticks
    shift_latest: Int64  # (V,) ticks
    max_duration: Int64  # (V,) ticks from leaving the start place to reaching the end place
    vehicle_cost: Int64  # (V,) cost units for using the vehicle at all
    break_vehicle: Int32  # (B,)
    break_earliest: Int64  # (B,) ticks
    break_latest: Int64  # (B,) ticks, latest start
    break_duration: Int64  # (B,) ticks
    prefix_start: Int32  # (V + 1,) route of v begins with prefix_visit[prefix_start[v]:prefix_start[v+1]]
    prefix_visit: Int32  # executed or locked visits, in order
    idle_aboard_limit: int  # ticks
    objective: Objective = PLAIN
    soft_visit: Int32 = _NO_INT32  # (Q,) visits, each at most once
    soft_latest: Int64 = _NO_INT64  # (Q,) ticks; a later start is late by what it is later
    reference_request: Int32 = _NO_INT32  # (M,) requests that the reference plan serves, each at most once
    reference_vehicle: Int32 = _NO_INT32  # (M,) the vehicle there
    reference_pickup: Int64 = _NO_INT64  # (M,) ticks, start of service at the pick-up there
    reference_drop: Int64 = _NO_INT64  # (M,) ticks, start of service at the drop there
    option_request: Int32 = _NO_INT32  # (O,) requests that are options, each once
    option_of: Int32 = _NO_INT32  # (O,) the head: the request whose demand it meets too; no option itself
    option_cost: Int64 = _NO_INT64  # (O,) cost units for meeting the demand this way (a walk, say); a head costs 0

    @property
    def n_requests(self) -> int:
        return len(self.max_ride)

    @property
    def n_vehicles(self) -> int:
        return len(self.start_place)

    def pickup(self, request: int) -> int:
        """The visit that boards ``request``."""
        return request

    def drop(self, request: int) -> int:
        """The visit that alights ``request``."""
        return self.n_requests + request

    def heads(self) -> Int64:
        """(R,) the request that stands for the demand of each: itself, or what it is an option of."""
        heads = np.arange(self.n_requests, dtype=np.int64)
        heads[self.option_request] = self.option_of
        return heads

    def options(self, request: int) -> tuple[int, ...]:
        """Every request that meets the same demand as ``request``: the head, then its options by number."""
        if not len(self.option_request):
            return (request,)
        head = int(self.heads()[request])
        return (head, *sorted(self.option_request[self.option_of == head].tolist()))

    def option_costs(self) -> Int64:
        """(R,) cost units for meeting a demand by each request."""
        costs = np.zeros(self.n_requests, dtype=np.int64)
        costs[self.option_request] = self.option_cost
        return costs

    def prefix_of(self, vehicle: int) -> tuple[int, ...]:
        """Visits with which the route of ``vehicle`` must begin."""
        first, end = self.prefix_start[vehicle], self.prefix_start[vehicle + 1]
        return tuple(int(v) for v in self.prefix_visit[first:end])

    def breaks_of(self, vehicle: int) -> tuple[int, ...]:
        """Indices into ``break_*`` of the breaks of ``vehicle``, in the order in which they are taken."""
        return tuple(int(b) for b in np.flatnonzero(self.break_vehicle == vehicle))


INT64_FIELDS = (
    "travel", "period_start", "cost", "earliest", "latest", "service", "max_ride", "penalty", "link_stay",
    "shift_earliest", "shift_latest", "max_duration", "vehicle_cost", "break_earliest", "break_latest",
    "break_duration", "soft_latest", "reference_pickup", "reference_drop", "option_cost",
)  # fmt: skip
INT32_FIELDS = (
    "place_of_visit", "load", "locked_vehicle", "linked_to", "class_of_vehicle", "capacity", "start_place", "end_place",
    "break_vehicle", "prefix_start", "prefix_visit", "soft_visit", "reference_request", "reference_vehicle",
    "option_request", "option_of",
)  # fmt: skip
BOOL_FIELDS = ("mandatory", "exclusive", "compatible")

_KINDS: dict[str, np.dtype[np.generic]] = {
    **dict.fromkeys(INT64_FIELDS, np.dtype(np.int64)),
    **dict.fromkeys(INT32_FIELDS, np.dtype(np.int32)),
    **dict.fromkeys(BOOL_FIELDS, np.dtype(np.bool_)),
}


def frozen(problem: Problem) -> Problem:
    """The same problem with every array read-only, C-contiguous and of the stated dtype.

    Arrays that already are all of that are shared; the others are copied, so that a later change to the
    caller's array cannot reach the problem.

    Raises
    ------
    SolverInputError
        An array holds fractions or not-a-number where whole numbers are required, or no numbers at all, or a number
        that its dtype has no room for.
    """
    kinds, fields = _KINDS, zip(Problem._fields, problem, strict=True)
    return Problem._make(
        [_frozen_array(name, value, kinds[name]) if name in kinds else value for name, value in fields]
    )


def _frozen_array(name: str, value: object, dtype: np.dtype[np.generic]) -> NDArray[np.generic]:
    array: NDArray[np.generic] = np.asarray(value)
    if array.dtype == dtype and not array.flags.writeable and array.flags.c_contiguous:
        return array
    whole = array if array.dtype.kind in "iub" else _whole(array, name)
    if dtype.kind == "i" and whole.dtype != dtype:
        _check_room(whole, name, bits=8 * dtype.itemsize)
    copy = np.array(whole, dtype=dtype, order="C")
    copy.setflags(write=False)
    return copy


def _check_room(array: NDArray[np.generic], name: str, *, bits: int) -> None:
    """Raise for an entry that would become another number in so many bits."""
    least, most = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    bad = np.argwhere(np.less(array, least) | np.greater(array, most))
    if bad.size:
        raise SolverInputError(
            code="too_large",
            item=f"{name}{bad[0].tolist()}",
            cause=f"The entry is beyond {most}.",
            action="Correct the input and try again.",
        )


def _whole(array: NDArray[np.generic], name: str) -> NDArray[np.generic]:
    """``array`` of floats, once every entry is known to be a finite whole number."""
    if array.size == 0:
        return array
    try:
        numbers = array.astype(np.float64)
    except (TypeError, ValueError, OverflowError) as fault:
        cause = f"Its entries are no numbers ({fault})."
        raise SolverInputError(
            code="not_whole_number", item=name, cause=cause, action="Give an array of whole numbers."
        ) from fault
    with np.errstate(invalid="ignore"):
        bad = np.argwhere(~np.isfinite(numbers) | (numbers % 1 != 0))
    if bad.size:
        raise SolverInputError(
            code="not_whole_number",
            item=f"{name}{bad[0].tolist()}",
            cause="The entry is missing or not a whole number.",
            action="Fill it in, in whole ticks or units.",
        )
    return array
