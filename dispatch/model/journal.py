"""What the journal of a service day records: ids and digests, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dispatch.model.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One thing done to a service day at its version ``version``.

    ``kind`` is a short verb (``accepted``, ``cancelled``, ``replanned`` …); ``ids`` are named ids and digests.
    The store adds sequence number and hashes: ``hash = SHA-256(previous hash, canonical JSON of the entry)``.
    """

    service_id: str
    date: date
    version: int
    actor: Actor
    kind: str
    at: datetime
    ids: tuple[tuple[str, int | str], ...]
