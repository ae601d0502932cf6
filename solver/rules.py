"""The rules a plan can break, named once for the checker, the exact schedule and the insertion."""

from __future__ import annotations

from enum import StrEnum


class Rule(StrEnum):
    """One rule of `solver.problem.Problem`. The comment gives the unit of an amount (none: yes or no)."""

    MALFORMED = "malformed"  # a visit, time list or route that names nothing in the problem; a time beyond any day
    DUPLICATE = "duplicate"  # a visit made twice
    PAIRING = "pairing"  # pick-up and drop not both on this route, or in the wrong order
    MANDATORY = "mandatory"  # a promised request left unserved
    UNSERVED_LIST = "unserved_list"  # the list of unserved requests disagrees with the routes
    COMPATIBLE = "compatible"  # this vehicle may not carry this request
    LOCKED = "locked"  # the request belongs to another vehicle
    PREFIX = "prefix"  # executed or locked visits changed or moved
    SEATS = "seats"  # seats
    EXCLUSIVE = "exclusive"  # requests aboard beside a private ride
    OPTION = "option"  # requests that serve a demand beside another one
    LINK = "link"  # ticks between the outbound's drop and the return's pick-up
    WINDOW = "window"  # ticks
    TRAVEL = "travel"  # ticks
    SHIFT = "shift"  # ticks
    RIDE = "ride"  # ticks
    IDLE = "idle"  # ticks
    DURATION = "duration"  # ticks
    BREAK = "break"  # ticks
