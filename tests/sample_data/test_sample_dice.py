"""Draws made from uniform numbers have the distributions they are named after."""

from __future__ import annotations

from math import sqrt
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sample_data.dice import Dice, Stream

DRAWS = 4000


def dice(stream: Stream = Stream.HISTORY) -> Dice:
    return Dice(seed=7, stream=stream)


def test_streams_of_one_seed_differ_and_repeat() -> None:
    """The same seed and stream give the same numbers, another stream gives others."""
    assert [dice().fraction()] * 2 == [dice().fraction() for _ in range(2)]
    assert len({dice(stream).fraction() for stream in Stream}) == len(Stream)


@pytest.mark.parametrize("mean", [0.5, 30.0, 80.0])
def test_poisson_counts(mean: float) -> None:
    """Mean and variance are both ``mean``, within five standard errors."""
    rolled = dice()
    counts = [rolled.poisson(mean) for _ in range(DRAWS)]
    assert fmean(counts) == pytest.approx(mean, abs=5 * sqrt(mean / DRAWS))
    assert pstdev(counts) ** 2 == pytest.approx(mean, rel=5 * sqrt(2 / DRAWS) + 1 / mean / sqrt(DRAWS) * 5)


def test_normal_numbers() -> None:
    """Mean and standard deviation as asked, within five standard errors."""
    rolled = dice()
    numbers = [rolled.normal(mean=10, sd=2) for _ in range(DRAWS)]
    assert fmean(numbers) == pytest.approx(10, abs=5 * 2 / sqrt(DRAWS))
    assert pstdev(numbers) == pytest.approx(2, rel=5 / sqrt(2 * DRAWS))


@given(st.lists(st.floats(min_value=0, max_value=1e6), min_size=1, max_size=8), st.integers(0, 2**32))
def test_what_has_no_weight_is_never_picked(weights: list[float], seed: int) -> None:
    """Only items of positive weight come up."""
    weights = [*weights, 1.0]
    picked = Dice(seed=seed, stream=Stream.DEMO).pick(range(len(weights)), weights)
    assert weights[picked] > 0


@given(st.integers(-50, 50), st.integers(0, 20), st.integers(0, 2**32))
def test_whole_numbers_keep_their_bounds(low: int, span: int, seed: int) -> None:
    """Both ends are included, nothing beyond."""
    assert low <= Dice(seed=seed, stream=Stream.DEMO).whole(low=low, high=low + span) <= low + span
