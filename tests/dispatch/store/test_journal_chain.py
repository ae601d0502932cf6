"""The journal's chain finds every tampering."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dispatch.model.journal import JournalChain, JournalRecord
from dispatch.store.journal import (
    FIRST_HASH,
    BrokenRecord,
    ChainFault,
    canonical_json,
    entry_of,
    next_record,
    record_hash,
    verify_chain,
)
from tests.dispatch.store.example_city import CITY, TUESDAY, Example


@pytest.fixture
def chain(example: Example) -> JournalChain:
    """Four honest records of one day."""
    records: list[JournalRecord] = []
    for seq in range(1, 5):
        previous = records[-1].hash if records else FIRST_HASH
        entry = example.entry(version=seq, kind="accepted", reservation_id=seq)
        records.append(next_record(entry, previous_hash=previous, seq=seq))
    return JournalChain(service_id=CITY, date=TUESDAY, records=tuple(records), head_hash=records[-1].hash)


def test_an_honest_chain_is_whole_and_says_what_was_done(chain: JournalChain) -> None:
    """No fault, and each record reads back as its entry."""
    assert verify_chain(chain) == ()
    assert [dict(entry_of(record).ids) for record in chain.records] == [{"reservation_id": n} for n in (1, 2, 3, 4)]


def test_the_text_that_is_hashed_is_fixed(example: Example) -> None:
    """Keys sorted, no spaces: written out here, so that no later change of code can break old chains unnoticed."""
    entry = example.entry(version=3, kind="accepted", reservation_id=7)
    body = (
        '{"actor":{"id":"desk-1","on_behalf_of":"","role":"operator"},"at":"2026-11-23T00:30:00Z",'
        '"date":"2026-11-24","ids":[["reservation_id",7]],"kind":"accepted","service_id":"testville","version":3}'
    )
    assert canonical_json(entry) == body
    digest = record_hash(previous_hash=FIRST_HASH, seq=1, body=body)
    assert digest == "85fe2fe9b38893e49776fc09f126484d6bd23c5cea8224d72577aa5a3b64f99b"


def _changed(chain: JournalChain, index: int, record: JournalRecord) -> JournalChain:
    return replace(chain, records=(*chain.records[:index], record, *chain.records[index + 1 :]))


@pytest.mark.parametrize("index", range(4))
def test_a_changed_record_is_named(chain: JournalChain, index: int) -> None:
    """Reservation 9 instead of n in record n: that record is the first broken one."""
    record = chain.records[index]
    forged = replace(record, body=record.body.replace(f'"reservation_id",{index + 1}', '"reservation_id",9'))
    found = verify_chain(_changed(chain, index, forged))
    assert found == (BrokenRecord(seq=index + 1, fault=ChainFault.CONTENT),)


def test_a_record_forged_with_its_own_hash_breaks_the_next(chain: JournalChain, example: Example) -> None:
    """Recomputing the hash of record 2 moves the break to record 3; of the last one, to the head."""
    entry = example.entry(version=2, kind="accepted", reservation_id=9)
    forged = next_record(entry, previous_hash=chain.records[0].hash, seq=2)
    assert verify_chain(_changed(chain, 1, forged)) == (BrokenRecord(seq=3, fault=ChainFault.PREVIOUS),)
    last = next_record(entry, previous_hash=chain.records[2].hash, seq=4)
    assert verify_chain(_changed(chain, 3, last)) == (BrokenRecord(seq=5, fault=ChainFault.HEAD),)


def test_removed_moved_or_cut_records_are_found(chain: JournalChain) -> None:
    """Without record 2; with 2 and 3 exchanged; without the tail; without anything."""
    one, two, three, four = chain.records
    assert verify_chain(replace(chain, records=(one, three, four))) == (BrokenRecord(seq=2, fault=ChainFault.SEQUENCE),)
    assert verify_chain(replace(chain, records=(one, three, two, four))) == (
        BrokenRecord(seq=2, fault=ChainFault.SEQUENCE),
    )
    assert verify_chain(replace(chain, records=(one, two, three))) == (BrokenRecord(seq=4, fault=ChainFault.HEAD),)
    assert verify_chain(replace(chain, records=())) == (BrokenRecord(seq=1, fault=ChainFault.HEAD),)


@pytest.mark.parametrize("body", ["", "{}", "not json"])
def test_a_record_that_is_no_entry_is_foreign(chain: JournalChain, body: str) -> None:
    """Even with a right hash over it."""
    digest = record_hash(previous_hash=FIRST_HASH, seq=1, body=body)
    foreign = JournalRecord(seq=1, body=body, previous_hash=FIRST_HASH, hash=digest)
    found = verify_chain(replace(chain, records=(foreign,), head_hash=digest))
    assert found == (BrokenRecord(seq=1, fault=ChainFault.FOREIGN),)


def test_a_chain_of_another_day_is_foreign(chain: JournalChain) -> None:
    """A whole day's chain copied under another service does not pass there."""
    assert verify_chain(replace(chain, service_id="elsewhere")) == (BrokenRecord(seq=1, fault=ChainFault.FOREIGN),)
