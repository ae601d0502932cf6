"""What was worked out from an object is found again for that object only, as long as it holds, within a bound."""

from __future__ import annotations

from dispatch.model.same import OfTheSame


def test_a_value_is_worked_out_once_for_an_object_and_anew_for_its_equal() -> None:
    """Two equal lists are two objects; asked twice each, the work is done twice in all."""
    known: OfTheSame[list[int], list[int]] = OfTheSame(most=2)
    one, equal = [1], [1]
    first = known.value(one, lambda: [10])
    second = known.value(equal, lambda: [20])
    assert known.value(one, lambda: [30]) is first
    assert known.value(equal, lambda: [40]) is second


def test_a_value_that_no_longer_holds_is_worked_out_anew() -> None:
    """The value 1 holds for those who want less than 2; who wants 2 gets a new one, which is then known."""
    known: OfTheSame[list[int], int] = OfTheSame(most=2)
    key: list[int] = []
    assert known.value(key, lambda: 1, still=lambda value: value >= 1) == 1
    assert known.value(key, lambda: 2, still=lambda value: value >= 2) == 2
    assert known.value(key, lambda: 3, still=lambda value: value >= 2) == 2


def test_many_objects_are_asked_about_at_once() -> None:
    """Of three lists one is known and one comes twice: two values are worked out, in the order of the objects."""
    known: OfTheSame[list[int], list[int]] = OfTheSame(most=3)
    a, b, c = [1], [2], [3]
    first = known.value(a, lambda: [10])
    worked_out: list[list[int]] = []

    def doubled(of: list[int]) -> list[int]:
        worked_out.append(of)
        return [2 * of[0]]

    assert known.values([b, a, c, b], doubled) == [[4], [10], [6], [4]]
    assert worked_out == [[2], [3]]
    assert known.value(a, lambda: [30]) is first


def test_many_at_once_count_as_asked_about() -> None:
    """With room for two, who was asked about among many stays when another comes."""
    known: OfTheSame[list[int], int] = OfTheSame(most=2)
    a, b, c = [1], [2], [3]
    known.values([a, b], lambda of: of[0])
    known.values([a], lambda of: of[0])
    known.value(c, lambda: 3)
    assert [known.value(key, lambda: 9) for key in (a, b)] == [1, 9]


def test_what_was_not_asked_about_for_longest_is_forgotten_first() -> None:
    """With room for two, the third one drops the one asked about least recently."""
    known: OfTheSame[list[int], int] = OfTheSame(most=2)
    a, b, c = [1], [2], [3]
    for key, value in ((a, 1), (b, 2)):
        known.value(key, lambda value=value: value)
    assert known.value(a, lambda: 7) == 1
    known.value(c, lambda: 3)
    assert [known.value(key, lambda: 9) for key in (a, b)] == [1, 9]
