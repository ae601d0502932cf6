"""What was asked for and could not be had: requests counted by what became of them, refusals by their reason.

The share of requests refused (予約不成立率) is a city's measure of whether it has enough vehicles. Every demand counts
once (decision 0013), on the day it was for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from dispatch.booking.closing import requests_now
from dispatch.model.errors import InvalidInput
from dispatch.model.offer import Refusal
from dispatch.model.times import ServiceDay
from dispatch.model.wish import Outcome, Request
from dispatch.solver_bridge.workplace import Workplace
from dispatch.store.protocol import Store

NO_RULE = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a request was refused: a code of the error table, and the rule that blocked most vehicles, if any."""

    code: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalFigures:
    """Requests for the days from ``first`` to ``last``, both inclusive, as they stand now.

    ``outcomes`` has every outcome; ``reasons`` the reasons of the refused, the most frequent first.
    """

    first: ServiceDay
    last: ServiceDay
    outcomes: tuple[tuple[Outcome, int], ...]
    reasons: tuple[tuple[Reason, int], ...]

    @property
    def requests(self) -> int:
        return sum(count for _, count in self.outcomes)

    @property
    def refused(self) -> int:
        return dict(self.outcomes)[Outcome.REFUSED]

    def share(self, count: int) -> float:
        """``count`` of all requests, 0 when nobody has asked."""
        return count / self.requests if self.requests else 0.0


def count_refusals(workplace: Workplace, *, service_id: str, first: date, last: date) -> RefusalFigures:
    """Count the requests for a span of days.

    Raises
    ------
    NotFound
        ``unknown_service``.
    InvalidInput
        ``days_reversed`` when the last day comes before the first.
    """
    store = workplace.store
    store.service(service_id)
    if last < first:
        raise InvalidInput("days_reversed", first=first.isoformat(), last=last.isoformat())
    days = [day for day in store.days_asked_for(service_id, before=last + timedelta(days=1)) if day >= first]
    asked = [request for day in days for request in requests_now(workplace, service_id, day)]
    outcomes = Counter(request.outcome for request in asked)
    reasons = Counter(_reason(store, request) for request in asked if request.outcome is Outcome.REFUSED)
    return RefusalFigures(
        first=first,
        last=last,
        outcomes=tuple((outcome, outcomes[outcome]) for outcome in Outcome),
        reasons=tuple(sorted(reasons.items(), key=lambda one: (-one[1], one[0].code, one[0].rule))),
    )


def _reason(store: Store, request: Request) -> Reason:
    rules = [rule for refusal in store.refusal(request.id) for rule in _commonest(refusal)]
    return Reason(code=request.outcome_code, rule=rules[0] if rules else NO_RULE)


def _commonest(refusal: Refusal) -> Iterable[str]:
    """The rule that blocks most vehicles, the first in the alphabet of equals; nothing when none was asked."""
    counts = Counter(vehicle.rule.value for vehicle in refusal.vehicles)
    return sorted(counts, key=lambda rule: (-counts[rule], rule))[:1]
