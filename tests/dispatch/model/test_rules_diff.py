"""Changes of rules are told in the words of the file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files

from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.rules_diff import RuleChange, differences, rule_texts
from dispatch.model.rules_file import load_rules

TEXT = files("sample_data").joinpath("service_rules.toml").read_text(encoding="utf-8")
RULES = load_rules(TEXT, source="service_rules.toml")


def scalars(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Every single value of the file by its dotted key; lists of plain values are left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from scalars(f"{key}.{name}".removeprefix("."), inner)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict):
                yield from scalars(f"{key}[{index}]", inner)
    elif not isinstance(value, bool):
        yield key, str(value).removesuffix(".0")


def test_every_value_is_written_as_in_the_file() -> None:
    """Keys and values of the sample file, clock times and dates included, are those of the texts."""
    written = dict(scalars("", tomllib.loads(TEXT)))
    assert len(written) > 30
    assert written.items() <= rule_texts(RULES).items()


@given(st.integers(1, 366), st.integers(1, 366))
def test_what_differs_is_named_and_nothing_else(before: int, after: int) -> None:
    """One key changed: one change with both values, or none when the values are equal."""
    old, new = (
        RULES.model_copy(update={"booking": RULES.booking.model_copy(update={"horizon_days": days})})
        for days in (before, after)
    )
    change = RuleChange(key="booking.horizon_days", old=str(before), new=str(after))
    assert differences(old=old, new=new) == ((change,) if before != after else ())


def test_hours_that_come_and_go_are_named() -> None:
    """A speed taken from the end of the list has no value afterwards, and the other way round."""
    fewer = RULES.model_copy(update={"travel": RULES.travel.model_copy(update={"speeds": RULES.travel.speeds[:-1]})})
    gone = differences(old=RULES, new=fewer)
    assert {change.new for change in gone} == {""}
    assert [(change.key, change.new, change.old) for change in gone] == [
        (change.key, change.old, change.new) for change in differences(old=fewer, new=RULES)
    ]
    last = len(RULES.travel.speeds) - 1
    assert [change.key for change in gone] == [f"travel.speeds[{last}].from", f"travel.speeds[{last}].kmh"]
