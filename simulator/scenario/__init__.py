"""What the tester writes: scenario files and casts, their loading with every mistake located, playing and judging.

Read `model` for the format, `load` for how names become people, `play` for the run, `expect` for the verdicts.
"""
