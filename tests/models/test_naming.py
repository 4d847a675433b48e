"""A model is called by its content: the same whatever it was called before, another once a number is another."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from tests.models.novelty.crowd import gate

from farthing.domain import canon
from farthing.models.naming import digest, named


def test_the_name_follows_from_the_content_alone() -> None:
    assert named(replace(gate(), name="mdl_something_else")) == gate()
    assert named(replace(gate(), told="another crowd")).name != gate().name
    assert gate().name.startswith("mdl_")


def test_the_digest_is_of_the_canonical_bytes() -> None:
    assert digest(gate()) == hashlib.sha256(canon.encode(gate())).hexdigest()
