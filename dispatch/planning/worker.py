"""The worker: improves the plans of coming days between events, in time that nobody else needs.

It looks at the version numbers of the days a few times a second. A day that has moved on is searched at once, briefly
first, so that a cancellation or a breakdown finds its better plan within two seconds, then longer and longer; after a
few searches without success the day rests until it moves on again. A search ends early when any day moves on. A day on
which a delay has made a promise impossible has no plan to improve: there the least breaches are declared, with a plan,
or the promises kept by another plan when there is one.

However many workers run, one of them works on a day: a lease in the database says which, and runs out by itself when
its owner is killed. The lease only saves work: two workers on one day would still publish correct plans, since
publishing is a compare-and-set on the day's version.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from dispatch.model.actor import Actor, Role
from dispatch.model.errors import Conflict, NotFound, OdekakeError, PlanRejected
from dispatch.model.promise import BreachCause
from dispatch.model.rules import PlanningRules
from dispatch.model.times import first_day_not_over
from dispatch.planning.outcome import Aside, Iterations, Seconds, Spare, Verdict, here
from dispatch.planning.replan import SETTLING_S, replan
from dispatch.solver_bridge.lateness import InTime, mended, rescue
from dispatch.solver_bridge.retry import DAY_CHANGED
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.tells import DayKey

WORKER = Actor(id="replanner", role=Role.SYSTEM)

FIRST_S = 0.3
"""The first search of a day that has moved on, and the least of any: it is not ended early before."""

LONGEST_S = 10.0
"""No search between events is longer, whatever the rules allow to one made by hand."""

ROUNDS = 6
"""Searches of one version without success, each twice as long as the one before, until the day rests."""

LOOK_S = 0.25
"""Time between two looks at the version numbers."""

LEASE_S = 20.0
LONGEST_PAUSE_S = 30.0

log = logging.getLogger("odekake.worker")


class Ending(Protocol):
    """Says when the worker has to end; `threading.Event` is one."""

    def is_set(self) -> bool: ...

    def wait(self, timeout: float) -> object:
        """Let ``timeout`` seconds pass, fewer when the end comes first."""
        ...


Lengths: TypeAlias = Callable[[int, PlanningRules], Seconds | Iterations]
"""How long the search of a round (from 0) may be under given rules."""


def doubling(searches: int, rules: PlanningRules) -> Seconds:
    """``FIRST_S`` at first, twice as long each time, at most what the rules and `LONGEST_S` allow."""
    return Seconds(value=min(FIRST_S * 2**searches, rules.seconds, LONGEST_S))


@dataclass(slots=True)
class _Progress:
    """How far the work on one version of a day has come."""

    version: int
    searches: int = 0

    @property
    def resting(self) -> bool:
        return self.searches >= ROUNDS


class Worker:
    """Improves plans until ``ending`` says so.

    Parameters
    ----------
    owner
        Who it is, different from every other worker: the name on its leases.
    lengths
        How long its searches are.
    timer
        Seconds that never go back, to look at the versions only now and then during a search.
    aside
        Where it searches and compares. What it writes it writes itself: others wait for it then.
    """

    def __init__(
        self,
        workplace: Workplace,
        *,
        owner: str,
        ending: Ending,
        lengths: Lengths = doubling,
        timer: Callable[[], float] = time.monotonic,
        aside: Aside = here,
    ) -> None:
        self._workplace = workplace
        self._owner = owner
        self._ending = ending
        self._lengths = lengths
        self._timer = timer
        self._aside = aside
        self._progress: dict[DayKey, _Progress] = {}
        self._leases: dict[DayKey, datetime] = {}
        self._taken_until: dict[DayKey, datetime] = {}
        self._trouble = ""
        self._troubled = 0

    def run(self) -> None:
        """Work until the end, then give the leases back. Trouble with the database is waited out."""
        while not self._ending.is_set():
            try:
                pause_s = 0.0 if self.turn() else LOOK_S
                self._trouble, self._troubled = "", 0
            except OdekakeError as error:
                pause_s = self._pause_after(error)
            if pause_s:
                self._ending.wait(pause_s)
        self._give_back()

    def turn(self) -> bool:
        """Look at all days and search one of them; whether there was one to search.

        Raises
        ------
        OdekakeError
            The database or the router is away; the work on the day goes on afterwards.
        """
        versions = self._versions()
        for key in self._due(versions):
            if self._is_ours(key):
                self._improve(key, versions)
                return True
        return False

    def _versions(self) -> dict[DayKey, int]:
        """Every day not over yet that anybody has touched, with its version."""
        store, since = self._workplace.store, first_day_not_over(self._workplace.clock.now())
        return {
            DayKey(service.id, day): version
            for service in store.services()
            for day, version in store.day_versions(service.id, since=since)
        }

    def _due(self, versions: dict[DayKey, int]) -> list[DayKey]:
        """The days to be searched: what has just moved on first, then the nearest."""
        for key, version in versions.items():
            if key not in self._progress or self._progress[key].version != version:
                self._progress[key] = _Progress(version)
        for key in [key for key in self._progress if key not in versions]:
            del self._progress[key]
        waiting = [key for key, progress in self._progress.items() if not progress.resting]
        return sorted(waiting, key=lambda key: (self._progress[key].searches, key.date, key.service_id))

    def _improve(self, key: DayKey, versions: dict[DayKey, int]) -> None:
        progress = self._progress[key]
        try:
            rules = self._workplace.store.rules(key.service_id, key.date).planning
            interrupted = _Interrupted(changed=lambda: self._versions() != versions, timer=self._timer)
            effort = Spare(
                bound=self._lengths(progress.searches, rules),
                seed=(rules.seed + progress.searches) % 2**31,
                wanted=lambda: self._ending.is_set() or interrupted(),
                aside=self._aside,
            )
            outcome = replan(self._workplace, service_id=key.service_id, day=key.date, actor=WORKER, effort=effort)
        except (PlanRejected, NotFound) as error:
            if not self._rescued(key):
                log.warning("%s of %s is left as it is: %s", key.date, key.service_id, error.code)
                progress.searches = ROUNDS
            return
        if outcome.verdict is not Verdict.PUBLISHED and not interrupted.cut_short:
            progress.searches += 1

    def _rescued(self, key: DayKey) -> bool:
        """Whether there is a plan again, or the day has moved on: where no search found one, `rescue` may.

        It looks at the present moment, a search at that of its end: with every promise kept, its plan is published;
        those that have become impossible, by a delay or by riders waited for in vain, are declared breached, by the
        least. Whoever finds it declares it.
        """
        try:
            workday = self._workplace.workday(key.service_id, key.date).without_holds()
            found = rescue(workday)
            if isinstance(found, InTime):
                return self._mended(workday, found)
            with self._workplace.store.writing() as work:
                found.declared(work, actor=WORKER, cause=BreachCause.DELAY)
        except (PlanRejected, NotFound):
            return False
        except Conflict as conflict:
            return conflict.code == DAY_CHANGED
        log.warning("%s of %s: %d promises declared breached", key.date, key.service_id, len(found.late))
        return True

    def _mended(self, workday: Workday, found: InTime) -> bool:
        """Whether another plan than the one in force was needed to keep every promise; it is published."""
        drafts = mended(workday, found)
        for draft in drafts:
            with self._workplace.store.writing() as work:
                draft.published(work, actor=WORKER)
        return bool(drafts)

    def _is_ours(self, key: DayKey) -> bool:
        """Whether this worker has the day for longer than a search may last; the lease is renewed when it runs low."""
        now = self._workplace.clock.now()
        if key in self._taken_until and now < self._taken_until[key]:
            return False
        if key in self._leases and now + timedelta(seconds=LONGEST_S + 2 * SETTLING_S) < self._leases[key]:
            return True
        until = now + timedelta(seconds=LEASE_S)
        with self._workplace.store.writing() as work:
            ours = work.take_lease(key.service_id, key.date, owner=self._owner, now=now, until=until)
        if ours:
            self._leases[key] = until
        else:
            self._leases.pop(key, None)
            self._taken_until[key] = now + timedelta(seconds=LEASE_S / 4)
        return ours

    def _give_back(self) -> None:
        try:
            with self._workplace.store.writing() as work:
                for key in self._leases:
                    work.give_back_lease(key.service_id, key.date, owner=self._owner)
        except OdekakeError as error:
            log.warning("leases run out by themselves: %s", error.code)

    def _pause_after(self, error: OdekakeError) -> float:
        """Say once what is wrong; the seconds to wait, twice as many each time."""
        if error.code != self._trouble:
            log.warning("waiting: %s", error.code)
        self._trouble, self._troubled = error.code, self._troubled + 1
        return min(LOOK_S * 2.0**self._troubled, LONGEST_PAUSE_S)


class _Interrupted:
    """Whether a search is to be ended early because ``changed`` says so: asked every `LOOK_S` after `FIRST_S`."""

    def __init__(self, *, changed: Callable[[], bool], timer: Callable[[], float]) -> None:
        self._changed = changed
        self._timer = timer
        self._next_look = timer() + FIRST_S
        self.cut_short = False

    def __call__(self) -> bool:
        if not self.cut_short and self._timer() >= self._next_look:
            self._next_look = self._timer() + LOOK_S
            self.cut_short = self._changed()
        return self.cut_short
