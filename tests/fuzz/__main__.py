"""`python -m tests.fuzz [--answers N] [--requests N] [--guided N]`: throw so many, and say what became of them."""

from __future__ import annotations

import argparse
import sys
import time

from tests.fuzz.guided import guide, why_not
from tests.fuzz.throwing import throw_answers, throw_requests

parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
parser.add_argument("--answers", type=int, default=50_000, help="broken answers at the sender")
parser.add_argument("--requests", type=int, default=50_000, help="broken requests at the journal server")
parser.add_argument("--guided", type=int, default=200_000, help="inputs of the coverage-guided fuzzer on the parsers")
asked = parser.parse_args()

for name, many, thrown in (("answers", asked.answers, throw_answers), ("requests", asked.requests, throw_requests)):
    if not many:
        continue
    began = time.monotonic()
    ended, grown = thrown(many)
    print(f"{sum(ended.values())} {name} in {time.monotonic() - began:.0f} s, memory grew by {grown} MiB")
    for what, times in ended.most_common():
        print(f"  {times:>7}  {what}")
if asked.guided:
    reason = why_not()
    if reason:
        print(f"no coverage-guided fuzzing: {reason}")
        sys.exit(0)
    began = time.monotonic()
    print(guide(asked.guided))
    print(f"{asked.guided} guided inputs in {time.monotonic() - began:.0f} s")
