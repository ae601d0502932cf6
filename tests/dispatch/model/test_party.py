"""A party: at least one person, and who accompanies somebody accompanies another of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.booking.explain import without_seats
from dispatch.model.party import ALONE, Party, Passenger


@pytest.mark.parametrize("companion_of", [1, 2, -2])
def test_nobody_accompanies_themselves_or_somebody_outside(companion_of: int) -> None:
    """The second of two names herself, a third, or nobody by a number that is not the one for nobody."""
    with pytest.raises(ValueError, match="accompanies nobody"):
        Party(passengers=(Passenger(), Passenger(companion_of=companion_of)))


@st.composite
def parties(draw: st.DrawFn) -> Party:
    size = draw(st.integers(2, 6))
    chosen = [draw(st.integers(ALONE, size - 1)) for _ in range(size)]
    return Party(
        passengers=tuple(
            Passenger(companion_of=ALONE if other == index else other) for index, other in enumerate(chosen)
        )
    )


@given(party=parties(), left=st.integers(1, 5))
def test_a_smaller_party_is_a_party(party: Party, left: int) -> None:
    """Whoever stays behind, those who ride accompany the same person as before, or nobody when that one stays."""
    riding = without_seats(party, min(left, party.size - 1))
    smaller = Party(passengers=riding)
    for before, after in zip(party.passengers, smaller.passengers, strict=False):
        stays = before.companion_of >= smaller.size
        assert after.companion_of == (ALONE if stays else before.companion_of)
