"""How long a re-plan may search, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, TypeAlias, TypeVar

from dispatch.model.plan import Plan
from dispatch.planning.disturbance import UNDISTURBED, Disturbance

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seconds:
    """Search for ``value`` seconds (0.1 to 600). Not repeatable: the result is what is stored."""

    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Iterations:
    """Search for ``value`` steps (at least 1): the same input gives the same plan."""

    value: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ByRules:
    """Search for as long as the service rules say (``planning.seconds``)."""


class Aside(Protocol):
    """Carries out work where it is in nobody's way, and waits for its result."""

    def __call__(self, work: Callable[[], T], /) -> T: ...


def here(work: Callable[[], T], /) -> T:
    """The work as part of what the caller does."""
    return work()


@dataclass(frozen=True, slots=True, kw_only=True)
class Spare:
    """A search between events, in time that nobody else needs: one thread, and ended early when ``wanted`` says so.

    ``bound`` is its length at most, ``seed`` that of its randomness. All but the publishing is done ``aside``. What it
    finds is published only when it is worth its disturbance (`dispatch.model.rules.StabilityRules`).
    """

    bound: Seconds | Iterations
    seed: int
    wanted: Callable[[], bool]
    aside: Aside = here


Effort: TypeAlias = Seconds | Iterations | ByRules | Spare
BY_RULES = ByRules()


class Verdict(StrEnum):
    """What became of a re-plan."""

    PUBLISHED = "published"
    NO_BETTER = "no_better"  # the plan in force is as good; nothing was stored
    NOT_WORTH_IT = "not_worth_it"  # better, but not by as much as it would disturb; nothing was stored
    OVERTAKEN = "overtaken"  # the day changed so much meanwhile that the result was not worth keeping


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOutcome:
    """``plan`` is the plan in force afterwards; distances are those of all its routes, before and after.

    ``unserved`` holds the ids of reservations in no route: always empty for a stored plan. ``disturbance`` is what
    the published plan changes, or what the plan found would have changed.
    """

    plan: Plan
    verdict: Verdict
    unserved: tuple[int, ...]
    before_m: int
    after_m: int
    iterations: int
    seconds: float
    engine: str
    disturbance: Disturbance = UNDISTURBED

    @property
    def gain_m(self) -> int:
        """Metres saved; 0 when nothing was published, negative when a longer plan ends a wait beyond the rules."""
        return self.before_m - self.after_m


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong with a stored plan. ``rule`` is a key of ``finding`` in the catalogue.

    ``shift_id`` is empty and ``reservation_id`` is ``NO_ID`` when it concerns no single one. ``amount`` is seconds
    or seats by rule, 0 where the rule is yes or no; ``text`` says it in English with the numbers, for logs.
    """

    rule: str
    shift_id: str
    reservation_id: int
    amount: int
    text: str
