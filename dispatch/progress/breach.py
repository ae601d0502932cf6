"""A promise that can no longer be kept is declared breached: never silently, and as little as possible."""

from __future__ import annotations

from datetime import date

from dispatch.model.actor import Actor
from dispatch.model.promise import BreachCause
from dispatch.solver_bridge.lateness import InTime, Lateness, mended, rescue
from dispatch.solver_bridge.retry import on_the_day_as_it_is
from dispatch.solver_bridge.workplace import Workplace


def declare_breaches(
    workplace: Workplace, *, service_id: str, day: date, actor: Actor, cause: BreachCause
) -> tuple[Lateness, ...]:
    """Declare what has become impossible, with a plan of the least lateness; nothing when all can be kept.

    When all can be kept, but not in the order of the plan in force, the plan that keeps them is published.

    Whoever finds it calls this: the desk, the re-planner, or the taking of a report.

    Raises
    ------
    NotFound
        ``no_rules``.
    Conflict
        ``day_busy``.
    PlanRejected
        ``plan_impossible`` when somebody cannot be driven any more, however late.
    """

    def attempt() -> tuple[Lateness, ...]:
        workday = workplace.workday(service_id, day).without_holds()  # a caller who is thinking has no promise
        found = rescue(workday)
        if isinstance(found, InTime):
            for draft in mended(workday, found):
                with workplace.store.writing() as work:
                    draft.published(work, actor=actor)
            return ()
        with workplace.store.writing() as work:
            found.declared(work, actor=actor, cause=cause)
        return found.late

    return on_the_day_as_it_is(workplace, attempt)
