"""Compiled kernels: arrays and numbers in, numbers out; they allocate nothing, raise nothing and hold no lock.

============  =====================================================================
``jit``       the one decorator and where compiled code is cached
``packed``    a `Problem` as the few arrays kernels read
``tour``      one route laid out for calculation: windows, lags, limits by position
``timing``    least and greatest times of a laid-out route; places for its breaks
``absorb``    a quick sufficient test of a small change
``insertion`` every feasible place of one request in one route, or in all
============  =====================================================================

A search works on the same parts: keep each route as a row of ``stops`` (both places included) with a `Work`
of its own; after a change call ``insertion.label`` once, then ``insertion.search`` (with room for one place)
for each request that looks at the route. ``insertion.best_places`` does both for all routes. Labels belong
to the route, not to the request, so they stay good until the route changes.
Every kernel equals its oracle in ``tests/solver``.
"""
