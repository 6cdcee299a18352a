"""When to try again: the delays, what an attempt's reply means, and what becomes of a delivery.

Pure values and rules; no waiting, no sending, no storing.
Read schedule, outcome, and then delivery, where the two meet.
"""
