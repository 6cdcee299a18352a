"""Seeded chance: everything random in a run follows from its seed and from what it is drawn for.

A draw is keyed by its purpose and its place (rule, delivery, attempt), never by the order in which draws happen;
so adding a draw elsewhere changes nothing here.
"""

from __future__ import annotations

import hashlib
import secrets
from uuid import UUID


def seeded_uuid(seed: int, *purpose: str | int) -> str:
    """The UUID (version 4 in form) that belongs to this purpose in a run with this seed."""
    digest = hashlib.sha256("\x1f".join(map(str, (seed, *purpose))).encode()).digest()
    return str(UUID(bytes=digest[:16], version=4))


def fresh_seed() -> int:
    """A seed that nobody has had before, for what is done once and not repeated."""
    return secrets.randbits(63)
