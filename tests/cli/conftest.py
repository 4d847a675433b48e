"""A bank of shops, for the tests of what models say beside the score."""

from __future__ import annotations

from tests.flows.village import village

__all__ = ["village"]
