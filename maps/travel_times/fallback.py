"""Change over to a second source when the router is away, and say so."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from maps.errors import RouterUnavailable
from maps.geo import LatLon
from maps.travel_times.protocol import TravelTable, TravelTimes


class FallbackTimes:
    """Answers from the primary source until it is away, then from the other one until `resume` is called.

    It does not go back by itself: plans of one day should rest on one source, and a router that comes and
    goes would change every time in between. `name` and `digest` are those of the source that answers now;
    who stores a digest with a table reads it after the table.

    Parameters
    ----------
    primary, fallback : TravelTimes
        The source preferred, and the one that is always there.
    announce : callable
        Called once per change-over with the error that caused it, before the fallback answers.
    """

    def __init__(
        self, *, primary: TravelTimes, fallback: TravelTimes, announce: Callable[[RouterUnavailable], None]
    ) -> None:
        self._primary = primary
        self._fallback = fallback
        self._announce = announce
        self._lock = threading.Lock()
        self._away = False

    @property
    def answering(self) -> TravelTimes:
        """The source that answers now."""
        return self._fallback if self._away else self._primary

    @property
    def name(self) -> str:
        return self.answering.name

    @property
    def digest(self) -> str:
        return self.answering.digest

    def table(self, points: Sequence[LatLon]) -> TravelTable:
        """Return the table of the source that answers; a point off the network is an error, not a change-over."""
        if not self._away:
            try:
                return self._primary.table(points)
            except RouterUnavailable as error:
                self._change_over(error)
        return self._fallback.table(points)

    def path(self, *, origin: LatLon, destination: LatLon) -> tuple[LatLon, ...]:
        """Return the way of the source that answers."""
        if not self._away:
            try:
                return self._primary.path(origin=origin, destination=destination)
            except RouterUnavailable as error:
                self._change_over(error)
        return self._fallback.path(origin=origin, destination=destination)

    def resume(self) -> None:
        """Ask the primary source again from the next call on."""
        with self._lock:
            self._away = False

    def _change_over(self, error: RouterUnavailable) -> None:
        with self._lock:
            first, self._away = not self._away, True
        if first:
            self._announce(error)
