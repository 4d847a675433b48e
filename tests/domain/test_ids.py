from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.domain.errors import Invalid
from farthing.domain.ids import Prefix, derived_id, new_id, require_prefix


@given(st.binary(min_size=15, max_size=15), st.binary(min_size=15, max_size=15))
def test_different_entropy_gives_different_ids(one: bytes, other: bytes) -> None:
    assert (new_id(Prefix.PARTY, one) == new_id(Prefix.PARTY, other)) == (one == other)


def test_derived_ids_depend_on_every_part_and_its_place() -> None:
    assert derived_id(Prefix.LINE, "a", "b") == derived_id(Prefix.LINE, "a", "b")
    assert derived_id(Prefix.LINE, "a", "b") != derived_id(Prefix.LINE, "ab", "")
    assert derived_id(Prefix.LINE, "a", "b") != derived_id(Prefix.DECISION, "a", "b")


@pytest.mark.parametrize("text", ["", "lin", "pty_x", "lin_" + "x" * 60, "lin_é"])
def test_what_is_not_an_id_of_that_kind_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        require_prefix(text, Prefix.LINE)
