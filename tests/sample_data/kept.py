"""The tables of the sample city, read once by whoever needs them, not by every process that collects the tests."""

from __future__ import annotations

from functools import cache

from dispatch.model.catalog import Place, Rider, RiderPlace
from dispatch.model.demand import HistoricalRequest
from dispatch.model.wish import NO_ID
from sample_data import tables


@cache
def places() -> dict[str, Place]:
    return {place.id: place for place in tables.places()}


@cache
def riders() -> dict[str, Rider]:
    return {rider.id: rider for rider in tables.riders()}


@cache
def rider_places() -> dict[str, RiderPlace]:
    return {place.id: place for place in tables.rider_places()}


@cache
def history() -> tuple[HistoricalRequest, ...]:
    return tables.history()


@cache
def outward() -> tuple[HistoricalRequest, ...]:
    """The rides of the year that lead out; the others lead back."""
    return tuple(request for request in history() if request.linked_no == NO_ID)


@cache
def homeward() -> tuple[HistoricalRequest, ...]:
    return tuple(request for request in history() if request.linked_no != NO_ID)


@cache
def demo() -> tuple[HistoricalRequest, ...]:
    return tables.demo_requests()
