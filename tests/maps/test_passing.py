"""Which straight drives pass near a place, held against points walked along each line."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import assume, given

from maps.geo import LatLon, distance_matrix_m
from maps.passing import passing

POINTS = st.builds(LatLon, st.floats(36.3, 36.5), st.floats(139.7, 139.9))


@given(points=st.lists(POINTS, min_size=2, max_size=4), centre=POINTS, radius_m=st.integers(50, 3000))
def test_a_line_passes_when_one_of_its_points_is_near(points: list[LatLon], centre: LatLon, radius_m: int) -> None:
    """A hundred and one points on each line, none of them within one in fifty of the radius, say the same."""
    near = passing(points, centre=centre, radius_m=radius_m)
    for i, a in enumerate(points):
        for j, b in enumerate(points):
            if i == j:
                assert not near[i, j]
                continue
            shares = np.linspace(0, 1, 401)
            walked = [LatLon(a.lat + (b.lat - a.lat) * s, a.lon + (b.lon - a.lon) * s) for s in shares.tolist()]
            nearest_m = float(distance_matrix_m(origins=[centre], destinations=walked).min())
            assume(abs(nearest_m - radius_m) > 60 + radius_m / 50)
            assert near[i, j] == (nearest_m <= radius_m)
