"""Seeded chance: everything random in a run follows from its seed and from what it is drawn for.

A draw is keyed by its purpose and its place (rule, delivery, attempt), never by the order in which draws happen;
so adding a draw elsewhere changes nothing here.
"""

from __future__ import annotations

import hashlib
import secrets


def seeded_uuid(seed: int, *purpose: str | int) -> str:
    """The UUID (version 4 in form) that belongs to this purpose in a run with this seed."""
    digest = hashlib.sha256("\x1f".join(map(str, (seed, *purpose))).encode()).hexdigest()
    # RFC 9562, 5.4: the version is 4, and the two bits of the variant are 10.
    variant = "89ab"[int(digest[16], 16) % 4]
    return f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-{variant}{digest[17:20]}-{digest[20:32]}"


def draw(seed: int, *purpose: str | int) -> float:
    """The draw, from 0 up to but not including 1, that belongs to this purpose in a run with this seed."""
    digest = hashlib.sha256("\x1f".join(map(str, (seed, *purpose))).encode()).digest()
    # 53 bits are what a float holds exactly, so that every machine draws the same number.
    return (int.from_bytes(digest[:8]) >> 11) / 2**53


def fresh_seed() -> int:
    """A seed that nobody has had before, for what is done once and not repeated."""
    return secrets.randbits(63)
