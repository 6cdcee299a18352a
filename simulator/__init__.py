"""A mock Webcert that tells journal systems what happens to certificates, through all 25 days of redelivery.

Start reading with `simulation`, which puts everything together, and `certificate.lifecycle`, which is what it is about.
"""

__version__ = "0.1.0"
