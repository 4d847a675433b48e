"""Every formula and every reducer is told in words, in both languages."""

from __future__ import annotations

import re

from farthing.features.formulas import FORMULAS
from farthing.features.primitives import REDUCERS
from farthing.features.words import FORMULA_WORDS, REDUCER_WORDS


def test_nothing_is_computed_that_has_no_words() -> None:
    assert set(FORMULA_WORDS) == set(FORMULAS)
    assert set(REDUCER_WORDS) == set(REDUCERS)
    for zh, en in (*FORMULA_WORDS.values(), *REDUCER_WORDS.values()):
        assert re.search(r"[\u4e00-\u9fff]", zh)
        assert not re.search(r"[\u4e00-\u9fff]", en)
