"""What a unit of work has written and its journal has still to say: digests of reservations and plans.

Every command is journaled by whoever performs it; the digests are added here, so that no command can forget them and
the journal alone proves what the tables must hold (`dispatch.audit`).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dispatch.model.journal import JournalEntry
from dispatch.model.ledger import reservation_digest
from dispatch.model.plan import Plan
from dispatch.model.reservation import Reservation

RESERVATION = "reservation_digest."
"""How an id of the journal begins that holds the digest of a reservation; its number follows."""

MOVED = "moved"
"""Instead of a digest: the reservation has left this day for another."""


class Written:
    """The digests of one unit of work, by service and day, until an entry of the day takes them along."""

    def __init__(self) -> None:
        self._digests: dict[tuple[str, date], dict[str, str]] = {}

    def reservation(self, trip: Reservation) -> None:
        """A reservation was written."""
        self._of(trip.service_id, trip.date)[f"{RESERVATION}{trip.id}"] = reservation_digest(trip)

    def moved(self, trip: Reservation, *, from_day: date) -> None:
        """A reservation was written that lay on another day before."""
        if from_day != trip.date:
            self._of(trip.service_id, from_day)[f"{RESERVATION}{trip.id}"] = MOVED

    def plan(self, plan: Plan) -> None:
        """A plan was published."""
        self._of(plan.service_id, plan.date)["plan"] = plan.digest

    def said_by(self, entry: JournalEntry) -> JournalEntry:
        """The entry with the digests of its day that no entry has said yet."""
        waiting = self._digests.pop((entry.service_id, entry.date), {})
        said = {name for name, _ in entry.ids}
        return replace(entry, ids=(*entry.ids, *((k, v) for k, v in sorted(waiting.items()) if k not in said)))

    def _of(self, service_id: str, day: date) -> dict[str, str]:
        return self._digests.setdefault((service_id, day), {})
