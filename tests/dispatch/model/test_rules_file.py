"""A rules file is taken whole or not at all, and every mistake in it is named."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.model.errors import RulesInvalid
from dispatch.model.rules import ServiceRules
from dispatch.model.rules_file import KIND_OF_TYPE, OTHER_KIND, load_rules, rules_digest
from dispatch.model.times import LAST_SECOND_S
from dispatch.model.wording import Lang, keys, say

SAMPLE = files("sample_data").joinpath("service_rules.toml").read_text(encoding="utf-8")


def sample_with(old: str, new: str) -> str:
    assert SAMPLE.count(old) == 1, old
    return SAMPLE.replace(old, new)


def mistakes(text: str) -> str:
    with pytest.raises(RulesInvalid) as caught:
        load_rules(text, source="rules.toml")
    assert caught.value.code == "rules_invalid"
    return str(caught.value.values["problems_en"])


def test_the_sample_rules_are_valid() -> None:
    """The sample city opens at 8:00, closes at 17:00 and takes bookings until 30 minutes before."""
    rules = load_rules(SAMPLE, source="sample")
    assert (rules.service.open, rules.service.close) == (8 * 3600, 17 * 3600)
    assert rules.booking.cutoff_min == 30


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cutoff_min = 30", "cutoff_min = -1", "booking.cutoff_min is -1; it must be at least 0."),
        ("ride_factor = 1.5", "ride_factor = 9.0", "promise.ride_factor is 9.0; it must be at most 5."),
        ("cutoff_min = 30", "cutof_min = 30", "booking.cutof_min is not a known key; did you mean cutoff_min?"),
        ("cutoff_min = 30", "cutof_min = 30", "booking.cutoff_min is missing."),
        ("walker = 60", "wlker = 60", "boarding.seconds.wlker is not a known key; did you mean walker?"),
        ("carer = 150", "zz = 150", "fares.yen.zz is not a known key; known here: adult, pupil"),
        ("kmh = 29", "kmh = 2", "travel.speeds[3].kmh is 2; it must be at least 5."),
        ("kmh = 29", "kph = 29", "travel.speeds[3].kph is not a known key; did you mean kmh?"),
        ('open = "8:00"', "open = 8", 'service.open is 8; it must be a time of day like "8:30"'),
        ('open = "8:00"', 'open = "8:75"', 'service.open is 8:75; it must be a time of day like "8:30"'),
        ('open = "8:00"', 'open = "18:00"', "service: open must be earlier than close."),
        ('"12-29"', '"12-32"', "service.closed_yearly[0] is 12-32; it must be a month and day"),
        ("rounding_min = 5", "rounding_min = true", "promise.rounding_min is True; it must be a whole number."),
        ("rounding_min = 5", 'rounding_min = "5"', "promise.rounding_min is 5; it must be a whole number."),
        ("alight_factor = 0.7", "alight_factor = nan", "boarding.alight_factor is nan; it must be a number."),
        ("on_holidays = false", 'on_holidays = "no"', "service.on_holidays is no; it must be true or false."),
        ("weekdays = [0, 1, 2, 3, 4]", "weekdays = []", "service.weekdays needs at least one entry."),
        ("closed_dates = []", "closed_dates = 3", "service.closed_dates is 3; it must be a list in brackets."),
        ("closed_dates = []", 'closed_dates = ["x"]', "service.closed_dates[0] is x; it must be a date"),
        ('from = "0:00"', 'from = "0:30"', "travel.speeds must start at 0:00"),
        (", carer = 150", "", "fares: no fare for carer."),
        ("folding_wheelchair = 180, ", "", "boarding: no seconds for folding_wheelchair."),
        ("effective_from = 2021-04-01", "", "effective_from is missing."),
        (
            "effective_from = 2021-04-01",
            "effective_from = 2206-04-01",
            "effective_from is 2206-04-01; it must be a date",
        ),
        (
            "closed_dates = []",
            "closed_dates = [1926-12-29]",
            "service.closed_dates[0] is 1926-12-29; it must be a date",
        ),
        ("extra_dates = []", "extra_dates = [2926-12-29]", "in 2000-01-01 – 2099-12-31. Check the year."),
        (
            "extra_dates = []",
            "extra_dates = [2027-05-01, 2027-05-01]",
            "service.extra_dates: 2027-05-01 is listed twice.",
        ),
        ('"12-29", "12-30"', '"12-29", "12-29"', "service.closed_yearly: 12-29 is listed twice."),
        ("weekdays = [0, 1, 2, 3, 4]", "weekdays = [0, 1, 1]", "service.weekdays: 1 is listed twice."),
        (
            "rounding_min = 5",
            "rounding_min = 10",
            "pickup_window_min must be a multiple of rounding_min (now 15 ÷ 10).",
        ),
    ],
)
def test_a_mistake_is_named_with_key_value_and_bound(old: str, new: str, said: str) -> None:
    """The sentence names the dotted key, the value found and what was expected."""
    assert said in mistakes(sample_with(old, new))


def test_a_date_cannot_be_closed_and_extra() -> None:
    """A contradiction between two keys is named too."""
    text = SAMPLE.replace("closed_dates = []", "closed_dates = [2026-08-13]")
    text = text.replace("extra_dates = []", "extra_dates = [2026-08-13]")
    assert "2026-08-13 is both a closed and an extra date" in mistakes(text)


def test_all_mistakes_are_told_at_once() -> None:
    """Two mistakes in one file are counted as two and both are named, in both languages."""
    text = sample_with("cutoff_min = 30", "cutoff_min = -1").replace("seed = 1", "seed = 1.5")
    with pytest.raises(RulesInvalid) as caught:
        load_rules(text, source="rules.toml")
    assert caught.value.values["count"] == 2
    for lang in Lang:
        said = say("error.rules_invalid.cause", lang, **caught.value.values)
        assert "booking.cutoff_min" in said
        assert "planning.seed" in said
        assert "rules.toml" in said


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = = 2\n", 2), ("a = 1\nb = [", 2), ("", 1)])
def test_a_broken_file_names_the_line(text: str, line: int) -> None:
    """What is no TOML is refused with its line; an empty file is TOML, and everything is missing in it."""
    with pytest.raises(RulesInvalid) as caught:
        load_rules(text, source="rules.toml")
    if text:
        assert (caught.value.code, caught.value.values["line"]) == ("rules_syntax", line)
    else:
        assert "effective_from is missing" in str(caught.value.values["problems_en"])


def test_every_kind_of_problem_has_its_sentence() -> None:
    """What validation can find wrong with a field is never told in the words of the library."""
    assert {f"rules.problem.{kind}" for kind in (*KIND_OF_TYPE.values(), OTHER_KIND)} <= keys()


def test_the_digest_is_that_of_the_values() -> None:
    """Comments and layout do not move the digest; a value does; storing and reading back keeps it."""
    rules = load_rules(SAMPLE, source="a")
    bare = re.sub(r"#.*", "", SAMPLE)
    assert rules_digest(load_rules(bare, source="b")) == rules_digest(rules)
    assert rules_digest(load_rules(sample_with("seed = 1", "seed = 2"), source="c")) != rules_digest(rules)
    assert rules_digest(ServiceRules.model_validate_json(rules.model_dump_json())) == rules_digest(rules)


@given(st.integers(min_value=-10, max_value=1500))
def test_a_bound_holds_on_both_sides(window_min: int) -> None:
    """A window of 1 to 120 minutes is taken as it is; any other is refused."""
    text = sample_with("pickup_window_min = 15", f"pickup_window_min = {window_min}")
    text = text.replace("rounding_min = 5", "rounding_min = 1")
    if 1 <= window_min <= 120:
        assert load_rules(text, source="x").promise.pickup_window_min == window_min
    else:
        assert f"promise.pickup_window_min is {window_min}" in mistakes(text)


@given(st.integers(min_value=0, max_value=LAST_SECOND_S // 60))
def test_any_clock_minute_is_read(minute: int) -> None:
    """``H:MM`` from 0:00 to 30:00 becomes seconds since midnight."""
    text = SAMPLE.replace('open = "8:00"', 'open = "0:00"', 1).replace(
        'close = "17:00"', f'close = "{minute // 60}:{minute % 60:02d}"', 1
    )
    if minute > 0:
        assert load_rules(text, source="x").service.close == minute * 60
    else:
        assert "open must be earlier than close" in mistakes(text)
