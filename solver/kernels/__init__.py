"""Compiled kernels: arrays and numbers in, numbers out; they allocate nothing, raise nothing and hold no lock.

============  =====================================================================
``jit``       the one decorator and where compiled code is cached
``packed``    a `Problem` as the few arrays kernels read
``tour``      one route laid out for calculation: windows, lags, limits by position
``timing``    least and greatest times of a laid-out route; places for its breaks
``absorb``    a quick sufficient test of a small change
``insertion`` every feasible place of one request in one route, or in all
============  =====================================================================

A search works on the same parts: keep each route as a row of ``stops`` (both depots included), call
``insertion.best_places`` with ``limit`` 1 for the cheapest place of a request over the routes it wants to
look at, ``insertion.scan`` for one route, write the row, and go on. Nothing is cached between calls, so a
changed row needs no invalidation. Every kernel equals its oracle in ``tests/solver``.
"""
