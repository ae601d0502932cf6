"""The journal's chain: canonical JSON and SHA-256 over each service day.

A record's hash covers the hash before it, so no earlier record can be changed, removed, added or moved without every
later hash being wrong; the last hash is also noted with the day's version, so a cut tail is found out as well.
The chain covers ids and digests only: erasing a person's data elsewhere never breaks it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum

from dispatch.model.journal import JournalChain, JournalEntry, JournalRecord
from dispatch.store.codec import JOURNAL_ENTRY

FIRST_HASH = "0" * 64
"""What stands for the hash before the first record of a day."""


class ChainFault(StrEnum):
    """What is wrong with a record."""

    SEQUENCE = "sequence"  # its number does not follow the one before
    PREVIOUS = "previous"  # it does not name the hash before it
    CONTENT = "content"  # its own hash does not cover its content
    FOREIGN = "foreign"  # it belongs to another service or day, or is no journal entry at all
    HEAD = "head"  # the last hash is not the one noted with the day: records are missing at the end


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRecord:
    """The first record at which a chain breaks; ``seq`` is its place in the day, from 1."""

    seq: int
    fault: ChainFault


def canonical_json(entry: JournalEntry) -> str:
    """The one text of an entry: keys sorted, no spaces, ASCII only."""
    return json.dumps(json.loads(JOURNAL_ENTRY.write(entry)), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def record_hash(*, previous_hash: str, seq: int, body: str) -> str:
    """``SHA-256(previous_hash LF seq LF body)`` in hex."""
    return hashlib.sha256(f"{previous_hash}\n{seq}\n{body}".encode()).hexdigest()


def next_record(entry: JournalEntry, *, previous_hash: str, seq: int) -> JournalRecord:
    """The record that follows number ``seq - 1``, whose hash is ``previous_hash``."""
    body = canonical_json(entry)
    digest = record_hash(previous_hash=previous_hash, seq=seq, body=body)
    return JournalRecord(seq=seq, body=body, previous_hash=previous_hash, hash=digest)


def entry_of(record: JournalRecord) -> JournalEntry:
    """What a record says.

    Raises
    ------
    ValueError
        It is no journal entry.
    """
    return JOURNAL_ENTRY.read(record.body)


def verify_chain(chain: JournalChain) -> tuple[BrokenRecord, ...]:
    """Nothing when the chain is whole, else the first record at which it breaks."""
    previous_hash = FIRST_HASH
    for seq, record in enumerate(chain.records, start=1):
        faults = (
            (ChainFault.SEQUENCE, record.seq != seq),
            (ChainFault.PREVIOUS, record.previous_hash != previous_hash),
            (ChainFault.CONTENT, record.hash != record_hash(previous_hash=previous_hash, seq=seq, body=record.body)),
            (ChainFault.FOREIGN, not _belongs(record, chain=chain)),
        )
        for fault, found in faults:
            if found:
                return (BrokenRecord(seq=seq, fault=fault),)
        previous_hash = record.hash
    if previous_hash != chain.head_hash:
        return (BrokenRecord(seq=len(chain.records) + 1, fault=ChainFault.HEAD),)
    return ()


def _belongs(record: JournalRecord, *, chain: JournalChain) -> bool:
    try:
        entry = entry_of(record)
    except ValueError:
        return False
    return (entry.service_id, entry.date) == (chain.service_id, chain.date)
