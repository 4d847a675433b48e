"""Chance from the operating system: the one place where it enters."""

from __future__ import annotations

import os


class SystemEntropy:
    """Random bytes of the kernel (`flows.ports.Entropy`)."""

    def draw(self, count: int) -> bytes:
        """`count` bytes fit for keys."""
        return os.urandom(count)
