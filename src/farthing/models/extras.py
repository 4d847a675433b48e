"""What the default install does without: asked for by name, told what to install where it is missing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, TypeVar

from farthing.domain.errors import Invalid

F = TypeVar("F", bound=Callable[..., Any])


def extra(module: str) -> ModuleType:
    """A module of the extra `models`; `Invalid` where it is not installed."""
    if find_spec(module) is None:
        raise Invalid("extra_missing", f"{module} is not installed here.", "Install it: pip install 'farthing[models]'.")
    return import_module(module)


def compiled(function: F) -> F | None:
    """The function as machine code, made at its first call; None without numba, where the caller takes the column path."""
    return _compiled(function) if find_spec("numba") else None


@cache
def _compiled(function: F) -> F:
    made: F = extra("numba").njit(nogil=True)(function)
    return made
