"""Reading a travel table by time of day, so that leaving later never means arriving earlier.

A table holds one time per period. Where a period ends and a faster one begins, the plain rule "the time of
the period of departure" would let a vehicle that leaves one second later overtake. The rule here lets the
early vehicle wait instead: with ``T[k]`` the time of period ``k`` and ``s[k]`` its start, a departure at ``t``
in period ``k`` arrives at

    arrival(t) = min(t + T[k], min over j > k of (s[j] + T[j]))                                      (1)

which never decreases as ``t`` grows. Waiting at the kerb stands for driving slowly into the faster hour.
A speed that changes along the way is the finer model, for times known road by road: S. Ichoua, M. Gendreau
and J.-Y. Potvin (2003), doi:10.1016/S0377-2217(02)00147-9.
"""

from __future__ import annotations

import numpy as np

from maps.travel_times.protocol import TravelTable
from maps.travel_times.rounding import frozen


def arrival_s(table: TravelTable, *, origin: int, destination: int, depart_s: int) -> int:
    """Return the arrival by (1), seconds of the service day, for row ``origin`` and column ``destination``.

    Raises
    ------
    ValueError
        When the departure lies before the first period.
    """
    period = int(np.searchsorted(table.period_start_s, depart_s, side="right")) - 1
    if period < 0:
        raise ValueError(f"departure at {depart_s} s lies before the first period")
    times_s = table.travel_s[period:, origin, destination]
    departures_s = np.maximum(table.period_start_s[period:], depart_s)
    return int((departures_s + times_s).min())  # (1)


def slowest_period(table: TravelTable) -> TravelTable:
    """Return the table with one period from 0 on, in which every pair takes the longest of its times.

    A plan that is on time with it is on time in every period. The maximum keeps the triangle inequality.
    """
    return TravelTable(
        travel_s=frozen(table.travel_s.max(axis=0, keepdims=True)),
        distance_m=table.distance_m,
        period_start_s=frozen(np.zeros(1, dtype=np.int64)),
    )
