"""What the journal of a service day records: ids and digests, nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.model.actor import Actor
from dispatch.model.times import ServiceDay


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One thing done to a service day at its version ``version``.

    ``kind`` is a short verb (``accepted``, ``cancelled``, ``replanned`` …); ``ids`` are named ids and digests.
    The store adds sequence number and hashes (`JournalRecord`).
    """

    service_id: str
    date: ServiceDay
    version: int
    actor: Actor
    kind: str
    at: datetime
    ids: tuple[tuple[str, int | str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalRecord:
    """One stored row of a day's journal: ``body`` is the canonical JSON of the entry, ``seq`` counts from 1.

    ``hash`` = SHA-256 of ``previous_hash``, ``seq`` and ``body`` (`dispatch.store.journal.record_hash`).
    """

    seq: int
    body: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalChain:
    """All records of one day in order, and the hash of the last one as noted with the day's version.

    ``head_hash`` is kept apart from the records, so that a chain whose tail was cut off is found out.
    """

    service_id: str
    date: ServiceDay
    records: tuple[JournalRecord, ...]
    head_hash: str
