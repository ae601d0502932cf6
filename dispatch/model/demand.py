"""Requests of the past, by relative day: what studies replay and what the sample city was made of.

No date occurs, so a history never goes stale: day 0 is its first day, and whoever replays it chooses the date.
One line of a CSV file is one request; `COLUMNS` is its header.

========================  ==============================================================================
column                    meaning
========================  ==============================================================================
``request_no``            number of the request in the file, from 1, each once
``day_offset``            service day of the ride, from 0
``asked_day_offset``      day of the call, at most ``day_offset``; may be negative
``asked_time``, ``time``  ``H:MM``; hours may pass 24 up to 30:00
``channel``               `dispatch.model.actor.Channel`
``rider_id``              empty for a guest
``origin_kind``, ``_id``  `dispatch.model.spot.SpotKind` and the id in the catalogue (``lat,lon`` of a point)
``time_kind``             `dispatch.model.wish.TimeKind`; says what ``time`` is
``party``                 passengers by ``;``, each ``fare_class:aid`` or ``fare_class:aid:companion_of``
``purpose``               short code or empty
``linked_no``             ``request_no`` of the outbound trip of a return, or empty
``fate``                  what became of it in reality: ``kept``, ``cancelled`` or ``no_show``
========================  ==============================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TypeVar

from dispatch.model.actor import Channel
from dispatch.model.columns import CellInvalid, ColumnFault, Fault, RowInvalid
from dispatch.model.party import Aid, FareClass, Party, Passenger
from dispatch.model.spot import SpotKind
from dispatch.model.times import LAST_SECOND_S, clock_text, parse_clock
from dispatch.model.wish import NO_ID, TimeKind

WordT = TypeVar("WordT", bound=StrEnum)
CellT = TypeVar("CellT")

FURTHEST_DAY = 36_600
"""Bound on day offsets, a hundred years: further is a typing error."""

_NUMBER_INSTEAD = 10**9  # stands in for an unreadable number; above any that can be read, so it equals no other

ANY_DAY, FROM_FIRST_DAY = f"-{FURTHEST_DAY} … {FURTHEST_DAY}", f"0 … {FURTHEST_DAY}"
HOURS = f"0:00 … {clock_text(LAST_SECOND_S)}"
POINT_FORM, PARTY_FORM = "36.38,139.84", "adult:none;carer:none:0"
"""What a cell may hold, as it is told to whoever brings a file."""

_POINT = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,15})?,-?[0-9]{1,3}(\.[0-9]{1,15})?")


class Fate(StrEnum):
    """What became of a request that was accepted."""

    KEPT = "kept"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoricalRequest:
    """One request of a history, without a name.

    ``asked_time_s`` and ``time_s`` count from midnight of day ``asked_day_offset`` and ``day_offset``, 0 to 30 h, and
    are whole minutes in a file. ``linked_no`` is `dispatch.model.wish.NO_ID` when it is no return trip.

    Raises
    ------
    RowInvalid
        When numbers are out of bounds, a bare point is not ``lat,lon``, or the call comes after the day of the ride.
    """

    request_no: int
    day_offset: int
    asked_day_offset: int
    asked_time_s: int
    channel: Channel
    rider_id: str
    origin_kind: SpotKind
    origin_id: str
    destination_kind: SpotKind
    destination_id: str
    time_kind: TimeKind
    time_s: int
    party: Party
    purpose: str
    linked_no: int
    fate: Fate

    def __post_init__(self) -> None:
        tests = (
            ("request_no", self.request_no >= 1, Fault.OUT_OF_BOUNDS, "≥ 1"),
            ("day_offset", 0 <= self.day_offset <= FURTHEST_DAY, Fault.OUT_OF_BOUNDS, FROM_FIRST_DAY),
            ("asked_day_offset", abs(self.asked_day_offset) <= FURTHEST_DAY, Fault.OUT_OF_BOUNDS, ANY_DAY),
            ("asked_day_offset", self.asked_day_offset <= self.day_offset, Fault.ORDER, "≤ day_offset"),
            ("asked_time", 0 <= self.asked_time_s <= LAST_SECOND_S, Fault.OUT_OF_BOUNDS, HOURS),
            ("time", 0 <= self.time_s <= LAST_SECOND_S, Fault.OUT_OF_BOUNDS, HOURS),
            ("time_kind", self.time_kind is not TimeKind.WILL_CALL, Fault.UNKNOWN_WORD, "depart_after, arrive_by"),
            ("origin_id", _names(self.origin_kind, self.origin_id), Fault.BAD_FORMAT, POINT_FORM),
            ("destination_id", _names(self.destination_kind, self.destination_id), Fault.BAD_FORMAT, POINT_FORM),
            ("linked_no", self.linked_no == NO_ID or 0 < self.linked_no != self.request_no, Fault.OUT_OF_BOUNDS, "≥ 1"),
        )
        faults = [ColumnFault(column=name, fault=fault, allowed=may) for name, holds, fault, may in tests if not holds]
        if faults:
            raise RowInvalid(faults)


COLUMNS: tuple[str, ...] = tuple(
    {"asked_time_s": "asked_time", "time_s": "time"}.get(field.name, field.name) for field in fields(HistoricalRequest)
)
"""The header of a file of historical requests, in order."""


def parse_historical(row: Mapping[str, str]) -> HistoricalRequest:
    """Read one line, given as cells by column of `COLUMNS`.

    Raises
    ------
    RowInvalid
        Names every cell that cannot be read.
    """
    cells = _Cells(row)
    try:
        made = HistoricalRequest(
            request_no=cells.read("request_no", whole_number, _NUMBER_INSTEAD),
            day_offset=cells.read("day_offset", whole_number, FURTHEST_DAY),
            asked_day_offset=cells.read("asked_day_offset", whole_number, -FURTHEST_DAY),
            asked_time_s=cells.read("asked_time", clock_second, 0),
            channel=cells.read("channel", one_of(Channel), Channel.IMPORT),
            rider_id=cells.read("rider_id", str, ""),
            origin_kind=cells.read("origin_kind", one_of(SpotKind), SpotKind.PLACE),
            origin_id=cells.read("origin_id", needed, ""),
            destination_kind=cells.read("destination_kind", one_of(SpotKind), SpotKind.PLACE),
            destination_id=cells.read("destination_id", needed, ""),
            time_kind=cells.read("time_kind", one_of(TimeKind), TimeKind.DEPART_AFTER),
            time_s=cells.read("time", clock_second, 0),
            party=cells.read("party", parse_party, Party(passengers=(Passenger(),))),
            purpose=cells.read("purpose", str, ""),
            linked_no=cells.read("linked_no", _optional_number, NO_ID),
            fate=cells.read("fate", one_of(Fate), Fate.KEPT),
        )
    except RowInvalid as invalid:
        raise RowInvalid((*cells.faults, *invalid.faults)) from invalid
    if cells.faults:
        raise RowInvalid(cells.faults)
    return made


def format_historical(request: HistoricalRequest) -> dict[str, str]:
    """The cells of one line by column; `parse_historical` reads them back (seconds are dropped)."""
    cells = dict.fromkeys(COLUMNS, "")
    for field in fields(HistoricalRequest):
        cells[field.name if field.name in cells else field.name.removesuffix("_s")] = str(getattr(request, field.name))
    cells["asked_time"], cells["time"] = clock_text(request.asked_time_s), clock_text(request.time_s)
    cells["party"] = format_party(request.party)
    cells["linked_no"] = "" if request.linked_no == NO_ID else str(request.linked_no)
    return cells


def parse_party(text: str) -> Party:
    """``adult:none;carer:none:0`` is an adult and the carer who accompanies passenger 0.

    Raises
    ------
    CellInvalid
        A passenger is not ``fare_class:aid`` or ``fare_class:aid:companion_of``.
    """
    return Party(passengers=tuple(_parse_passenger(part, size=text.count(";") + 1) for part in text.split(";")))


def format_party(party: Party) -> str:
    """The text that `parse_party` reads."""
    return ";".join(
        f"{p.fare_class}:{p.aid}" + (f":{p.companion_of}" if p.companion_of >= 0 else "") for p in party.passengers
    )


def whole_number(text: str) -> int:
    """A whole number in ASCII digits.

    Raises
    ------
    CellInvalid
        It is missing or not a number.
    """
    if not re.fullmatch(r"[+-]?[0-9]{1,9}", needed(text)):
        raise CellInvalid(Fault.NOT_A_NUMBER)
    return int(text)


def clock_second(text: str) -> int:
    """Seconds of a clock time ``H:MM``, 0:00 to 30:00.

    Raises
    ------
    CellInvalid
        It is missing or not a time.
    """
    try:
        return parse_clock(needed(text))
    except CellInvalid:
        raise
    except ValueError as error:
        raise CellInvalid(Fault.NOT_A_TIME) from error


def needed(text: str) -> str:
    """The text itself.

    Raises
    ------
    CellInvalid
        It is empty.
    """
    if not text:
        raise CellInvalid(Fault.MISSING)
    return text


def one_of(words: type[WordT]) -> Callable[[str], WordT]:
    """A reader of one of the words of ``words``; it raises `CellInvalid` for anything else."""

    def read(text: str) -> WordT:
        try:
            return words(needed(text))
        except CellInvalid:
            raise
        except ValueError as error:
            raise CellInvalid(Fault.UNKNOWN_WORD, allowed=", ".join(word.value for word in words)) from error

    return read


def _names(kind: SpotKind, spot_id: str) -> bool:
    """Whether the id is one a spot of this kind can have; a missing one is another fault."""
    return kind is not SpotKind.POINT or not spot_id or _POINT.fullmatch(spot_id) is not None


def _optional_number(text: str) -> int:
    return whole_number(text) if text else NO_ID


def _parse_passenger(text: str, *, size: int) -> Passenger:
    parts = text.strip().split(":")
    if len(parts) not in (2, 3):
        raise CellInvalid(Fault.BAD_FORMAT, allowed=PARTY_FORM)
    companion_of = whole_number(parts[2]) if len(parts) == 3 else -1
    if len(parts) == 3 and not 0 <= companion_of < size:
        raise CellInvalid(Fault.OUT_OF_BOUNDS, allowed=f"0 … {size - 1}")
    return Passenger(fare_class=one_of(FareClass)(parts[0]), aid=one_of(Aid)(parts[1]), companion_of=companion_of)


class _Cells:
    """Reads the cells of a row one by one and remembers every fault, so that all are told at once."""

    def __init__(self, row: Mapping[str, str]) -> None:
        self._row = row
        self.faults: list[ColumnFault] = []

    def read(self, column: str, reader: Callable[[str], CellT], instead: CellT) -> CellT:
        """The cell read by ``reader``; ``instead`` stands in after a fault, when the row is lost anyway."""
        try:
            return reader(self._row.get(column, "").strip())
        except CellInvalid as invalid:
            self.faults.append(ColumnFault(column=column, fault=invalid.fault, allowed=invalid.allowed))
            return instead
