"""Every plan version of a day, built again from the stored routes and held against the journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dispatch.audit.evidence import evidence
from dispatch.model.plan import Plan, plan_digest
from dispatch.store.journal import entry_of
from dispatch.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """One version: the digest that the journal holds, and that of the routes as they are stored."""

    plan: Plan
    journaled: str
    rebuilt: str

    @property
    def equal(self) -> bool:
        return self.journaled == self.rebuilt == self.plan.digest


def replay(store: Store, *, service_id: str, day: date) -> tuple[Rebuilt, ...]:
    """The plan versions that the journal names, in order. No search is run again: recorded routes are folded.

    Raises
    ------
    NotFound
        ``unknown_plan`` when a version that the journal names is not stored.
    """
    said = evidence(entry_of(record) for record in store.journal(service_id, day).records)
    rebuilt = []
    for version, digest in sorted(said.plans.items()):
        plan = store.plan(service_id, day, version)
        rebuilt.append(Rebuilt(plan=plan, journaled=digest, rebuilt=plan_digest(plan.routes)))
    return tuple(rebuilt)
