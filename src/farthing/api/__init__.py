"""The REST door: parse, authorise, answer."""

from __future__ import annotations

from farthing.api.app import install

__all__ = ["install"]
