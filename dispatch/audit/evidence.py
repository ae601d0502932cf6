"""What the journal of a day says its tables must hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.model.journal import JournalEntry
from dispatch.model.wish import Outcome
from dispatch.store.written import RESERVATION

OUTCOME_OF_KIND = {
    "abandoned": Outcome.ABANDONED,
    "expired": Outcome.EXPIRED,
    "accepted": Outcome.BOOKED,
    "waiting": Outcome.BOOKED,
    "changed": Outcome.BOOKED,
}
"""Kinds of entries that settle what became of the request they name."""

OPEN_AGAIN = frozenset({"confirmed", "reopened"})
"""Kinds of entries after which the request they name is open again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The last word of the journal on each row: digests by plan version, reservation, report and outage; outcomes."""

    plans: dict[int, str]
    reservations: dict[int, str]
    events: dict[str, str]
    outages: dict[int, str]
    roads: dict[int, str]
    outcomes: dict[int, Outcome]
    version: int


def evidence(entries: Iterable[JournalEntry]) -> Evidence:
    """Replay the entries of a day in their order."""
    found = Evidence(plans={}, reservations={}, events={}, outages={}, roads={}, outcomes={}, version=0)
    version = 0
    for entry in entries:
        version = max(version, entry.version)
        ids = {name: str(value) for name, value in entry.ids}
        if "plan" in ids:
            found.plans[entry.version] = ids["plan"]
        if "event" in ids:
            found.events[ids["event"]] = ids.get("event_digest", "")
        if "outage" in ids:
            found.outages[int(ids["outage"])] = ids.get("outage_digest", "")
        if "road" in ids:
            found.roads[int(ids["road"])] = ids.get("road_digest", "")
        if entry.kind in OUTCOME_OF_KIND and "request" in ids:
            found.outcomes[int(ids["request"])] = OUTCOME_OF_KIND[entry.kind]
        if entry.kind in OPEN_AGAIN and "request" in ids:
            found.outcomes.pop(int(ids["request"]), None)
        for name, digest in ids.items():
            if name.startswith(RESERVATION):
                found.reservations[int(name.removeprefix(RESERVATION))] = digest
    return Evidence(
        plans=found.plans,
        reservations=found.reservations,
        events=found.events,
        outages=found.outages,
        roads=found.roads,
        outcomes=found.outcomes,
        version=version,
    )
