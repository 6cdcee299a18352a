"""Whether an endpoint can be reached, told step by step before anything else is tried.

`checks` goes the way from the name to the answer; `advice` is the table of what a failure means and what to do.
"""
