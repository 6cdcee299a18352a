"""Who sends: the mock Webcert.

`publisher` turns an action into events and messages, committed before anything is sent; `dispatcher` sends what is
due and settles it; `runner` waits for the next moment, and `agenda` knows which one that is.
"""
