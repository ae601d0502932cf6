"""What the independent judge is made of. `solver.checker.check` is its one door."""
