"""What a new rules file changes, key by key, in the words of the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from dispatch.model.rules import ServiceRules
from dispatch.model.times import clock_text

ABSENT = ""
"""Stands for a value that one of the two rules does not have."""

CLOCK_KEYS = frozenset({"open", "close", "from"})

Value: TypeAlias = "str | int | float | bool | list[Value] | Mapping[str, Value]"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One key (dotted, ``travel.speeds[2].kmh``) with its value before and after; `ABSENT` where there is none."""

    key: str
    old: str
    new: str


def differences(*, old: ServiceRules, new: ServiceRules) -> tuple[RuleChange, ...]:
    """The keys that differ, in the order of the file; nothing for equal rules."""
    before, after = rule_texts(old), rule_texts(new)
    return tuple(
        RuleChange(key=key, old=before.get(key, ABSENT), new=after.get(key, ABSENT))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    )


def rule_texts(rules: ServiceRules) -> Mapping[str, str]:
    """Every value by its dotted key, written as in the file."""
    return dict(_flat("", rules.model_dump(mode="json", by_alias=True)))


def _flat(key: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(f"{key}.{name}" if key else name, inner)
    elif isinstance(value, list) and any(isinstance(one, Mapping) for one in value):
        for index, inner in enumerate(value):
            yield from _flat(f"{key}[{index}]", inner)
    elif isinstance(value, list):
        yield key, ", ".join(map(str, value))
    elif isinstance(value, bool):
        yield key, str(value).lower()
    elif isinstance(value, int) and key.rpartition(".")[2] in CLOCK_KEYS:
        yield key, clock_text(value)
    elif isinstance(value, float) and value.is_integer():
        yield key, str(int(value))
    else:
        yield key, str(value)
