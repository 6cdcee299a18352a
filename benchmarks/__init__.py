"""How fast it is, measured against peers in one run: `python -m benchmarks`, or `--quick` for a look.

`emission` sends status updates, ours against a bare HTTP client and against zeep's; `reception` takes them, ours
against a bare HTTP server and against one that parses with zeep. Both sides of a comparison take turns, with the same
messages and as many under way, so a noisy machine is noisy for both; what is told is the ratio. `messages` makes what
is sent, `peers` are the processes at the other end, `ratios` compares and tells.
"""
