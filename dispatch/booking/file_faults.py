"""What is wrong with the rows of a file of requests, told all at once and before any is booked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import partial

from dispatch.booking.intake import spot_of
from dispatch.model.actor import SYSTEM_ACTOR
from dispatch.model.columns import ColumnFault, Fault
from dispatch.model.demand import HistoricalRequest
from dispatch.model.errors import InvalidInput, NotFound
from dispatch.model.past_wish import wish_form
from dispatch.model.spot import Spot, SpotRef
from dispatch.model.wish import NO_ID, NO_RIDER, WishForm
from dispatch.store.csv_io.demand import request_rows
from dispatch.store.csv_io.reading import FileRead, Numbered, without
from dispatch.store.protocol import Store


def checked_file(store: Store, data: bytes, *, service_id: str, first_day: date) -> FileRead[HistoricalRequest]:
    """The rows that can be asked for at this service, day 0 being ``first_day``, and the faults of the others.

    A guest's row is a fault: a file holds no name and no phone. So is a return whose outbound is not a good row of
    the same rider and day that was asked for before it.

    Raises
    ------
    ImportInvalid
        As `dispatch.store.csv_io.reading.read_file`.
    """

    def faults_of(request: HistoricalRequest) -> tuple[ColumnFault, ...]:
        day = day_of(request, first_day=first_day)
        form = wish_form(request, service_id=service_id, day=day, actor=SYSTEM_ACTOR)
        return (*_rider_faults(form, store), *_day_faults(form, store), *_spot_faults(form, store))

    return _well_linked(without(request_rows(data), faults_of))


def day_of(request: HistoricalRequest, *, first_day: date) -> date:
    """The service day of a request."""
    return first_day + timedelta(days=request.day_offset)


def in_order_asked(rows: tuple[Numbered[HistoricalRequest], ...]) -> tuple[Numbered[HistoricalRequest], ...]:
    """The rows by the moment of the call, then by their number."""
    return tuple(sorted(rows, key=lambda row: _asked(row.record)))


def _asked(request: HistoricalRequest) -> tuple[int, int, int]:
    return (request.asked_day_offset, request.asked_time_s, request.request_no)


def _rider_faults(form: WishForm, store: Store) -> Iterator[ColumnFault]:
    if form.rider_id == NO_RIDER:
        yield ColumnFault(column="rider_id", fault=Fault.GUEST)
        return
    try:
        store.rider(form.service_id, form.rider_id)
    except NotFound:
        yield ColumnFault(column="rider_id", fault=Fault.UNKNOWN_REFERENCE)


def _day_faults(form: WishForm, store: Store) -> Iterator[ColumnFault]:
    try:
        store.rules(form.service_id, form.date)
    except NotFound:
        yield ColumnFault(column="day_offset", fault=Fault.OUT_OF_BOUNDS)


def _spot_faults(form: WishForm, store: Store) -> Iterator[ColumnFault]:
    origin = _resolved(form.origin, form, store)
    destination = _resolved(form.destination, form, store)
    for column, found in (("origin_id", origin), ("destination_id", destination)):
        if isinstance(found, Fault):
            yield ColumnFault(column=column, fault=found)
    if isinstance(origin, Spot) and isinstance(destination, Spot) and origin.at == destination.at:
        yield ColumnFault(column="destination_id", fault=Fault.SAME_PLACE)


def _resolved(ref: SpotRef, form: WishForm, store: Store) -> Spot | Fault:
    try:
        return spot_of(ref, form, catalog=store)
    except NotFound:
        return Fault.UNKNOWN_REFERENCE
    except InvalidInput:
        return Fault.OUT_OF_BOUNDS


def _well_linked(read: FileRead[HistoricalRequest]) -> FileRead[HistoricalRequest]:
    """Drops the returns of rows that are dropped, until none is left."""
    by_number = {row.record.request_no: row.record for row in read.rows}
    linked = without(read, partial(_link_faults, by_number))
    return read if len(linked.rows) == len(read.rows) else _well_linked(linked)


def _link_faults(by_number: Mapping[int, HistoricalRequest], request: HistoricalRequest) -> tuple[ColumnFault, ...]:
    if request.linked_no == NO_ID:
        return ()
    if request.linked_no not in by_number:
        return (ColumnFault(column="linked_no", fault=Fault.UNKNOWN_REFERENCE),)
    outbound = by_number[request.linked_no]
    if (outbound.rider_id, outbound.day_offset) != (request.rider_id, request.day_offset):
        return (ColumnFault(column="linked_no", fault=Fault.NOT_THE_OUTBOUND),)
    if _asked(outbound) > _asked(request):
        return (ColumnFault(column="linked_no", fault=Fault.ORDER),)
    return ()
