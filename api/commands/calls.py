"""Requests of a file, taken like calls: each is proposed, and its best offer accepted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from api.commands.figures import counting
from api.commands.speech import tell
from dispatch.booking.proposal import Offered
from dispatch.desk import Desk
from dispatch.model.actor import Actor
from dispatch.model.demand import HistoricalRequest
from dispatch.model.errors import ImportInvalid, NotFound
from dispatch.model.past_wish import wish_form
from dispatch.model.spot import SpotKind
from dispatch.model.wish import NO_ID, WishForm


@dataclass(slots=True)
class Tally:
    """What became of the calls."""

    booked: int = 0
    refused: int = 0
    repeated: int = 0
    unknown: int = 0


@dataclass(slots=True)
class Calls:
    """Takes the requests of a file for the days from ``first_day`` (day 0 of the file) on.

    Each request is known by a call id made of the file's digest and its number, so a file taken twice books nothing
    twice. What a request became in the past (``fate``) is not looked at.
    """

    desk: Desk
    service_id: str
    first_day: date
    actor: Actor
    _made: dict[int, int] = field(default_factory=dict)  # reservation id by request number
    _tally: Tally = field(default_factory=Tally)

    def take(self, requests: Sequence[HistoricalRequest], *, source: bytes, skip_bad: bool) -> Mapping[str, int]:
        """Take all of them in the order of the file; returns how many were booked, refused, repeated and unknown.

        Raises
        ------
        ImportInvalid
            ``import_unknown_reference``: a rider or place is not registered; nothing was taken (unless ``skip_bad``).
        """
        prefix = f"csv-{hashlib.sha256(source).hexdigest()[:12]}-"
        known = [request for request in requests if self._is_known(request, skip_bad=skip_bad)]
        self._tally.unknown = len(requests) - len(known)
        taken = self._taken(known, prefix)
        with counting(tell("reading")) as progress:
            bar = progress.add_task(tell("reading"), total=len(known))
            for request in known:
                call_id = f"{prefix}{request.request_no}"
                if call_id in taken:
                    self._tally.repeated += 1
                else:
                    self._take_one(request, call_id)
                progress.advance(bar)
        tally = self._tally
        return {"booked": tally.booked, "refused": tally.refused, "repeated": tally.repeated, "unknown": tally.unknown}

    def _take_one(self, request: HistoricalRequest, call_id: str) -> None:
        proposal = self.desk.propose(form=self._form(request, call_id))
        if isinstance(proposal, Offered):
            made = self.desk.accept(offer_id=proposal.offers[0].id, actor=self.actor, overlap_confirmed=True)
            self._made[request.request_no] = made.id
            self._tally.booked += 1
        else:
            self._tally.refused += 1

    def _taken(self, requests: Sequence[HistoricalRequest], prefix: str) -> frozenset[str]:
        days = {self._day(request) for request in requests}
        stored = (one for day in sorted(days) for one in self.desk.store.requests(self.service_id, day))
        return frozenset(one.wish.call_id for one in stored if one.wish.call_id.startswith(prefix))

    def _is_known(self, request: HistoricalRequest, *, skip_bad: bool) -> bool:
        try:
            self.desk.store.rider(self.service_id, request.rider_id)
            self._look_up(request.origin_kind, request.origin_id)
            self._look_up(request.destination_kind, request.destination_id)
        except NotFound as error:
            if skip_bad:
                return False
            raise ImportInvalid("import_unknown_reference", request_no=request.request_no, found=error.code) from error
        return True

    def _look_up(self, kind: SpotKind, spot_id: str) -> None:
        if kind is SpotKind.PLACE:
            self.desk.store.place(self.service_id, spot_id)
        elif kind is SpotKind.RIDER_PLACE:
            self.desk.store.rider_place(self.service_id, spot_id)

    def _day(self, request: HistoricalRequest) -> date:
        return self.first_day + timedelta(days=request.day_offset)

    def _form(self, request: HistoricalRequest, call_id: str) -> WishForm:
        linked_to = self._made.get(request.linked_no, NO_ID)
        return wish_form(
            request,
            service_id=self.service_id,
            day=self._day(request),
            actor=self.actor,
            call_id=call_id,
            linked_to=linked_to,
        )
