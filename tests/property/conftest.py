"""Settings for all that Hypothesis does here."""

from __future__ import annotations

from hypothesis import settings

# No deadline: an example that is slow on a busy machine is not wrong.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
