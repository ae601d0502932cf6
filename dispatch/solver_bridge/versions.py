"""A new version of the day's plan: judged first, stored only when the checker finds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.journal import JournalEntry
from dispatch.model.plan import Plan, PlanReason, Proof, Route, plan_digest
from dispatch.model.wish import NO_ID
from dispatch.solver_bridge.day_problem import DayProblem
from dispatch.solver_bridge.restating import restate
from dispatch.solver_bridge.routes import routes_of
from dispatch.store.protocol import UnitOfWork
from solver.solution import Solution

SUPPOSED = 2**62
"""The number of a trip that is about to be booked together with another, until both have their own."""

INSERTION = "insertion"
"""Engine of a plan that came from placing or removing one trip, without a search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The search that made a plan, as it is recorded with the plan."""

    engine: str
    seed: int
    iterations: int
    seconds: float


BY_INSERTION = Search(engine=INSERTION, seed=0, iterations=0, seconds=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """The routes of a day with the held trips on them (`dispatch.solver_bridge.holding`)."""

    day: DayProblem
    solution: Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A plan that has passed the checker, not yet numbered: `numbered` makes it version ``n``.

    ``held`` is what is kept beside it for the offers that are held, if any are.
    """

    state: DayState
    day: DayProblem
    solution: Solution
    reason: PlanReason
    search: Search
    rules_digest: str
    travel_digest: str
    proof: Proof
    wait_over_s: int
    held: tuple[Whole, ...] = ()

    def renumbered(self, *, old: int, new: int) -> Draft:
        """The same plan with trip ``old`` under its number ``new``: for one that was only supposed (`SUPPOSED`)."""
        held = tuple(replace(one, day=one.day.renumbered(old=old, new=new)) for one in self.held)
        return replace(self, day=self.day.renumbered(old=old, new=new), held=held)

    def claimed(self, work: UnitOfWork) -> int:
        """Claim the day for the plan; its new version.

        Raises
        ------
        Conflict
            ``day_changed`` when the day, the catalogue or the rules are no longer those the plan was made for.
        """
        state = self.state
        return work.claim_day(
            state.service_id, state.date, expected_version=state.version, catalog_version=state.catalog_version
        )

    def numbered(self, version: int, *, reservation_id: int) -> Plan:
        """The plan as version ``version``; the trip being asked for, if any, is reservation ``reservation_id``."""
        routes = routes_of(self.day.named(reservation_id), self.solution, in_force=self._in_force())
        return Plan(
            service_id=self.state.service_id,
            date=self.state.date,
            version=version,
            reason=self.reason,
            routes=routes,
            made_at=self.proof.checked_at,
            engine=self.search.engine,
            seed=self.search.seed,
            iterations=self.search.iterations,
            seconds=self.search.seconds,
            rules_digest=self.rules_digest,
            travel_digest=self.travel_digest,
            digest=plan_digest(routes),
            proof=self.proof,
            wait_over_s=self.wait_over_s,
            catalog_version=self.state.catalog_version,
            held=tuple(route for one in self.held for route in routes_of(one.day.named(reservation_id), one.solution)),
        )

    def _in_force(self) -> tuple[Route, ...]:
        """The routes that ``day.solution`` was read from, if they were written under the same travel times."""
        plan = self.state.plan
        return plan.routes if plan.travel_digest == self.travel_digest else ()

    def publish(
        self,
        work: UnitOfWork,
        version: int,
        *,
        actor: Actor,
        kind: str,
        ids: tuple[tuple[str, int | str], ...] = (),
        reservation_id: int = NO_ID,
    ) -> Plan:
        """Write the plan and its journal row, together, as the version claimed. ``ids`` precede the plan's digest.

        A plan in which somebody waits aboard longer than the rules say is journaled with by how much. Trips whose
        reports amount to something else under the plan are restated.
        """
        plan = self.numbered(version, reservation_id=reservation_id)
        work.publish_plan(plan)
        waits = (("wait_over_s", plan.wait_over_s),) if plan.wait_over_s else ()
        work.journal(
            JournalEntry(
                service_id=plan.service_id,
                date=plan.date,
                version=version,
                actor=actor,
                kind=kind,
                at=plan.made_at,
                ids=(*ids, ("plan", plan.digest), *waits),
            )
        )
        restate(work, self.state, replace(self.state, plan=plan), actor=actor)
        return plan

    def published(self, work: UnitOfWork, *, actor: Actor) -> Plan:
        """Claim the day and write the plan, for its reason.

        Raises
        ------
        Conflict
            ``day_changed``.
        """
        ids = (("problem", self.proof.problem_digest),)
        return self.publish(work, self.claimed(work), actor=actor, kind=self.reason.value, ids=ids)


def claimed(work: UnitOfWork, drafts: Sequence[Draft], state: DayState) -> int:
    """Claim the day of ``state`` for the first of the drafts, or, without any, for what leaves its plan alone.

    Raises
    ------
    Conflict
        ``day_changed``.
    """
    for draft in drafts:
        return draft.claimed(work)
    return work.claim_day(state.service_id, state.date, expected_version=state.version)
