"""What the tester writes: scenario files and casts, their loading with every mistake located, playing and judging.

Read `model` for the format, `load` for how names become people, `play` for the run, `expect` for the verdicts, which
`checks_of_webcert`, `checks_of_messages` and `checks_of_systems` find in the `evidence`. `mistakes` says what is wrong
with a file.
"""
