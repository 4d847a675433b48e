"""What is not installed is told with what to do; what is, works."""

from __future__ import annotations

import numpy as np
import pytest

from farthing.domain.errors import Invalid
from farthing.models.extras import compiled, extra
from farthing.quant.stability import count_into


def test_a_missing_extra_says_how_to_install_it() -> None:
    with pytest.raises(Invalid, match=r"no_such_trees is not installed here\. Install it: pip install 'farthing\[models\]'"):
        extra("no_such_trees")


def test_without_numba_there_is_no_compiled_function(monkeypatch: pytest.MonkeyPatch) -> None:
    assert compiled(count_into) is not None
    monkeypatch.setattr("farthing.models.extras.find_spec", lambda name: None)
    assert compiled(count_into) is None


def test_a_function_is_compiled_once() -> None:
    assert compiled(count_into) is compiled(count_into)
    assert extra("numpy") is np
