"""The only place that knows how everything is wired."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress

from dispatch.desk import Desk
from dispatch.installation import NO_EXTRACT, Settings, open_store
from dispatch.model.errors import NotFound
from dispatch.model.rules import ServiceRules
from dispatch.model.times import Clock, SystemClock, local_date
from dispatch.solver_bridge.pause import RandomPause
from dispatch.solver_bridge.travel import TravelBooks, straight_times
from dispatch.solver_bridge.workplace import Workplace
from maps.errors import RouterUnavailable
from maps.travel_times.fallback import FallbackTimes
from maps.travel_times.protocol import TravelTimes
from solver.warm_up import warm_up

SYSTEM_CLOCK = SystemClock()


def bootstrap(settings: Settings, *, clock: Clock = SYSTEM_CLOCK) -> Desk:
    """A desk on the database of ``settings``: created or migrated first, kernels compiled, travel times chosen.

    Raises
    ------
    SetupError
        The database cannot be used, or was written by a newer version.
    RoadDataError
        The road extract is missing or unreadable.
    """
    store = open_store(settings)
    warm_up()
    travel = TravelBooks(travel_times(settings))
    pause = RandomPause(dice=random.Random(), sleep=time.sleep)
    return Desk(workplace=Workplace(store=store, clock=clock, travel=travel, pause=pause))


def get_ready(desk: Desk) -> None:
    """Let every service that has rules know the travel times between its places and homes, before the first call.

    Otherwise the first caller of a process waits for them, more than a second in a city of a thousand points.
    """
    today = local_date(desk.clock.now())
    for service in desk.store.services():
        with suppress(NotFound):
            desk.workplace.book(service.id, desk.store.rules(service.id, today))


def travel_times(settings: Settings) -> Callable[[ServiceRules], TravelTimes]:
    """Where travel times come from under given rules."""
    local = straight_times if settings.osm_extract == NO_EXTRACT else _measured(settings)
    return _routed(settings, local) if settings.osrm_url else local


def _measured(settings: Settings) -> Callable[[ServiceRules], TravelTimes]:
    """Times on the roads of the extract, whatever the rules."""
    # Reading extracts takes a quarter of a second to import, and most installations have none.
    from maps.travel_times.osm import OsmTimes
    from maps.travel_times.road_cache import RoadCache
    from maps.travel_times.road_rules import RoadSettings

    cache = RoadCache(settings.var_dir / "roads")
    roads = OsmTimes.from_extract(settings.osm_extract, settings=RoadSettings(), cache=cache)
    return lambda rules: roads


def _routed(settings: Settings, local: Callable[[ServiceRules], TravelTimes]) -> Callable[[ServiceRules], TravelTimes]:
    """The router first, ``local`` while it is away. A router that has been away is asked again after a restart."""
    import httpx

    from maps.travel_times.osrm import OsrmSettings, OsrmTimes

    asked = OsrmSettings(base_url=settings.osrm_url, data_label=settings.osrm_data)
    router = OsrmTimes(asked, client=httpx.Client(timeout=asked.timeout_s))
    away: list[RouterUnavailable] = []

    def choose(rules: ServiceRules) -> TravelTimes:
        if away:
            return local(rules)
        return FallbackTimes(primary=router, fallback=local(rules), announce=announce)

    def announce(error: RouterUnavailable) -> None:
        away.append(error)
        logging.getLogger(__name__).warning("travel times: %s; estimates are used until the next start", error.cause)

    return choose
