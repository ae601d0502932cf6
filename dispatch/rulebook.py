"""New service rules come into force: for days to come, and only when every promise given can be kept under them.

Promises keep the numbers they were given with. The plan of each day that the new rules govern is timed and judged
anew under them and stored as a new version, in one transaction with the rules; the past is not rewritten.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from dispatch.model.actor import Actor
from dispatch.model.day_state import DayState
from dispatch.model.errors import NotFound, PlanRejected, RuleRefused
from dispatch.model.plan import PlanReason
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_diff import ABSENT, RuleChange, differences, rule_texts
from dispatch.model.times import first_day_not_over
from dispatch.solver_bridge.holding import live_holds
from dispatch.solver_bridge.resettling import resettled
from dispatch.solver_bridge.ride import rides_of
from dispatch.solver_bridge.versions import Draft
from dispatch.solver_bridge.workplace import Workday, Workplace
from dispatch.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesLoaded:
    """What changed against the rules that were in force on the effective date, and the days planned anew."""

    changes: tuple[RuleChange, ...]
    days: tuple[date, ...]


def put_in_force(workplace: Workplace, *, service_id: str, rules: ServiceRules, actor: Actor) -> RulesLoaded:
    """Store ``rules``, from their effective date on; rules of the same date are replaced, equal ones left alone.

    Raises
    ------
    NotFound
        ``unknown_service``.
    RuleRefused
        ``rules_in_the_past`` when they would govern a past day for which trips were asked;
        ``edit_breaks_promises`` with the first day whose promises could not be kept under them.
    Conflict
        ``day_changed`` when somebody books meanwhile.
    """
    store = workplace.store
    store.service(service_id)
    changes = _changes(store, service_id, rules)
    if not changes:
        return RulesLoaded(changes=(), days=())
    governed = tuple(_governed(store, service_id, rules))
    first = first_day_not_over(workplace.clock.now())
    for day in governed:
        if day < first:
            raise RuleRefused("rules_in_the_past", date=day.isoformat(), today=first.isoformat())
    states = [workplace.workday(service_id, day).state for day in governed]
    drafts = [_draft(workplace, state, rules) for state in states if state.reservations]
    with store.writing() as work:
        for draft in drafts:
            ids = (("rules", draft.rules_digest),)
            draft.publish(work, draft.claimed(work), actor=actor, kind="rules_changed", ids=ids)
        for state in states:
            if not state.reservations:  # who is just accepting an offer under the old rules looks again
                work.claim_day(service_id, state.date, expected_version=state.version)
        work.save_rules(service_id, rules)
    return RulesLoaded(changes=changes, days=tuple(draft.state.date for draft in drafts))


def _changes(store: Store, service_id: str, rules: ServiceRules) -> tuple[RuleChange, ...]:
    try:
        present = store.rules(service_id, rules.effective_from)
    except NotFound:
        return tuple(RuleChange(key=key, old=ABSENT, new=text) for key, text in rule_texts(rules).items())
    return differences(old=present, new=rules)


def _governed(store: Store, service_id: str, rules: ServiceRules) -> Iterator[date]:
    """The days with requests on which ``rules`` would be those in force, in order."""
    for day in store.days_asked_for(service_id, before=date.max):
        if day >= rules.effective_from and store.rules(service_id, day).effective_from <= rules.effective_from:
            yield day


def _draft(workplace: Workplace, state: DayState, rules: ServiceRules) -> Draft:
    """The day's plan under ``rules``: the same routes where they can be kept, timed anew."""
    book = workplace.book(state.service_id, rules)
    now = workplace.clock.now()
    workday = Workday(state=replace(state, rules=rules), book=book, now=now, held=live_holds(state, now))
    day = workday.problem(rides_of(state.reservations))
    try:
        return workday.draft(day, resettled(day), reason=PlanReason.REPLANNED)
    except PlanRejected as error:
        count = error.values.get("count", 1)
        raise RuleRefused("edit_breaks_promises", date=state.date.isoformat(), count=count) from error
