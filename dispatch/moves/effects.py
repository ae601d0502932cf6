"""What a plan changes beside another: trip by trip, shift and scheduled times. Promised times do not change here."""

from __future__ import annotations

from dispatch.model.plan import Route, Task
from dispatch.moves.move import Effect


def effects(before: tuple[Route, ...], after: tuple[Route, ...]) -> tuple[Effect, ...]:
    """The trips whose shift or times a plan changes, by number."""
    old, new = _times(before), _times(after)
    return tuple(
        Effect(
            reservation_id=trip,
            shift_before=old[trip][0],
            shift_after=new[trip][0],
            pickup_before_s=old[trip][1],
            pickup_after_s=new[trip][1],
            arrival_before_s=old[trip][2],
            arrival_after_s=new[trip][2],
        )
        for trip in sorted(new)
        if trip in old and old[trip] != new[trip]
    )


def _times(routes: tuple[Route, ...]) -> dict[int, tuple[str, int, int]]:
    """Shift, scheduled pick-up and arrival of every trip."""
    starts = {(v.reservation_id, v.task): (route.shift_id, v.start_s) for route in routes for v in route.visits}
    return {
        trip: (shift_id, start_s, starts[trip, Task.ALIGHT][1])
        for (trip, task), (shift_id, start_s) in starts.items()
        if task is Task.BOARD and (trip, Task.ALIGHT) in starts
    }
