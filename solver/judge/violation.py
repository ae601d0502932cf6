"""What the judge reports."""

from __future__ import annotations

from dataclasses import dataclass

from solver.rules import Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule.

    Attributes
    ----------
    vehicle, visit
        What it happened to; ``None`` when it concerns no single vehicle or visit.
    amount
        By how much, in the unit of the rule (ticks, seats, or 0 where the rule is yes or no).
    text
        One English sentence with the numbers, for logs and tests.
    """

    rule: Rule
    vehicle: int | None
    visit: int | None
    amount: int
    text: str


def violation(
    rule: Rule, text: str, *, vehicle: int | None = None, visit: int | None = None, amount: int = 0
) -> Violation:
    """The violation, its amount as a number of Python."""
    return Violation(rule=rule, vehicle=vehicle, visit=visit, amount=int(amount), text=text)
