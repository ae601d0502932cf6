"""Compiled kernels: arrays and numbers in, numbers out; they allocate nothing, raise nothing and hold no lock.

============  =====================================================================
``jit``       the decorators, for what Python calls and what kernels call, and where compiled code is cached
``packed``    a `Problem` as the few arrays kernels read
``tour``      one route laid out for calculation: windows, lags, limits by position
``timing``    least and greatest times of a laid-out route; places for its breaks
``absorb``    a quick sufficient test of a small change
``insertion`` every feasible place of one request in one route, or in all
``refusal``   why a route has none, and the least change that would make one
``dice``      random numbers
``field``     a problem as the search reads it
``lane``      what one lane of the search changes
``labels``    least and greatest times of each position of a route
``places``    the cheapest place of one request in one labelled route, and the memory of answers
``ruin``      which requests leave their routes
``recreate``  putting them back
``pool``      the routes of good plans
``anneal``    blocks of iterations, accepted by simulated annealing
``ejection``  doing with a vehicle less
============  =====================================================================

The search has labels of its own (``lane``, ``labels``, ``places``): positions lie side by side in memory, and the
general kernels are asked only where breaks or idling have a say.
Every kernel equals its oracle in ``tests/solver``.
"""
