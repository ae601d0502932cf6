"""Files of requests: reading and writing histories, and turning what is stored into one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dispatch.model.columns import ColumnFault, Fault
from dispatch.model.demand import COLUMNS, Fate, HistoricalRequest, format_historical, parse_historical
from dispatch.model.reservation import Reservation, ReservationState
from dispatch.model.spot import Spot, SpotKind
from dispatch.model.times import local_date, to_second
from dispatch.model.wish import NO_ID, Request, TimeKind
from dispatch.store.csv_io.exchange import csv_text
from dispatch.store.csv_io.reading import BadRow, FileRead, Layout, read_file, without
from dispatch.store.protocol import Store

LAYOUT: Layout[HistoricalRequest] = Layout(
    columns=COLUMNS,
    needed=frozenset(COLUMNS),
    key_column="request_no",
    parse=parse_historical,
    key=lambda request: request.request_no,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestsRead:
    """The requests of a file in its order, and the rows that were skipped on request."""

    requests: tuple[HistoricalRequest, ...]
    skipped: tuple[BadRow, ...]


def request_rows(data: bytes) -> FileRead[HistoricalRequest]:
    """The rows of a file of requests, each judged by itself. Raises ImportInvalid as `read_file`."""
    return read_file(data, LAYOUT)


def read_requests(data: bytes, *, skip_bad: bool) -> RequestsRead:
    """Read a file of requests. A return trip must name a good row of the same file as its outbound.

    Raises
    ------
    ImportInvalid
        ``import_bad_rows`` (`BadRows`) unless ``skip_bad``; what `read_file` raises.
    """
    read = request_rows(data)
    numbers = {row.record.request_no for row in read.rows} | {NO_ID}
    unlinked = (ColumnFault(column="linked_no", fault=Fault.UNKNOWN_REFERENCE),)
    linked = without(read, lambda request: () if request.linked_no in numbers else unlinked)
    return RequestsRead(requests=linked.good_or_refuse(skip_bad=skip_bad), skipped=linked.bad)


def write_requests(requests: Iterable[HistoricalRequest]) -> str:
    """The text of a file that `read_requests` reads."""
    return csv_text(COLUMNS, ([format_historical(request)[column] for column in COLUMNS] for request in requests))


def stored_requests(store: Store, service_id: str, *, first_day: date, last_day: date) -> tuple[HistoricalRequest, ...]:
    """What was asked for the days from ``first_day`` (day 0) to ``last_day``, numbered as in the store.

    Also those refused or abandoned are part of the demand; their fate counts as kept. A link to a request before
    ``first_day`` is dropped.
    """
    days = [first_day + timedelta(days=ahead) for ahead in range((last_day - first_day).days + 1)]
    requests = [request for day in days for request in store.requests(service_id, day)]
    booked = {reservation.id: reservation for day in days for reservation in store.reservations(service_id, day)}
    by_request = {reservation.request_id: reservation for reservation in booked.values()}
    return tuple(
        _historical(
            request,
            first_day=first_day,
            fate=_fate(by_request[request.id]) if request.id in by_request else Fate.KEPT,
            linked_no=booked[request.wish.linked_to].request_id if request.wish.linked_to in booked else NO_ID,
        )
        for request in requests
    )


def _fate(reservation: Reservation) -> Fate:
    match reservation.state:
        case ReservationState.CANCELLED:
            return Fate.CANCELLED
        case ReservationState.NO_SHOW:
            return Fate.NO_SHOW
        case _:
            return Fate.KEPT


def _historical(request: Request, *, first_day: date, fate: Fate, linked_no: int) -> HistoricalRequest:
    wish = request.wish
    asked_day = local_date(request.asked_at)
    return HistoricalRequest(
        request_no=request.id,
        day_offset=(wish.date - first_day).days,
        asked_day_offset=(asked_day - first_day).days,
        asked_time_s=to_second(asked_day, request.asked_at),
        channel=wish.channel,
        rider_id=wish.rider_id,
        origin_kind=wish.origin.kind,
        origin_id=_named(wish.origin),
        destination_kind=wish.destination.kind,
        destination_id=_named(wish.destination),
        time_kind=TimeKind.DEPART_AFTER if wish.time_kind is TimeKind.WILL_CALL else wish.time_kind,
        time_s=wish.time_s,
        party=wish.party,
        purpose=wish.purpose,
        linked_no=linked_no,
        fate=fate,
    )


def _named(spot: Spot) -> str:
    return spot.coordinates() if spot.kind is SpotKind.POINT else spot.id
