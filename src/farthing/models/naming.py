"""What a frozen model is called: by its content, so that another content has another name."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

from farthing.domain import canon
from farthing.domain.ids import Prefix, derived_id


class Named(Protocol):
    """A frozen record with a name."""

    @property
    def name(self) -> str:
        """Empty until it is named."""


T = TypeVar("T", bound=Named)


def named(made: T) -> T:
    """The same under the id that follows from its content."""
    bare = replace(cast("Any", made), name="")
    return cast("T", replace(bare, name=derived_id(Prefix.MODEL, canon.digest(bare).hex())))


def digest(artefact: object) -> str:
    """SHA-256 of the bytes: what the card calls its artefact."""
    return hashlib.sha256(canon.encode(artefact)).hexdigest()
