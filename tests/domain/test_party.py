"""How keys are spelled, and whose they are."""

from __future__ import annotations

import pytest

from farthing.domain.party import names_bank


@pytest.mark.parametrize("key", ["BANK", "bank", " ｂａｎｋ\u3000"])
def test_the_bank_s_key_in_any_spelling(key: str) -> None:
    assert names_bank(key)


@pytest.mark.parametrize("key", ["", "BANK 1", "B A N K", "银行"])
def test_keys_of_others(key: str) -> None:
    assert not names_bank(key)
