"""The catalogue of reasons: both languages, plain words, the applicant's own numbers."""

from __future__ import annotations

import pytest
from tests.decision.cases import SPECS

from farthing.decision.reasons import CATALOGUE, PARTS, TITLES, choose, decimal, reason, tell
from farthing.domain.decision import Reason


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_reason_is_told_in_both_languages_and_without_jargon(code: str) -> None:
    zh, en = CATALOGUE[code]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
    assert en.isascii()
    assert not {"PD", "DPD", "LGD", "points"} & set(en.split()), "a borrower reads this"


def test_a_trace_names_what_is_looked_at_without_claiming_it() -> None:
    assert set(TITLES) <= set(CATALOGUE)
    assert all(zh != CATALOGUE[code][0] and en != CATALOGUE[code][1] for code, (zh, en) in TITLES.items())


def test_parts_have_both_names() -> None:
    assert all(zh and en for zh, en in PARTS.values())


def test_a_reason_carries_the_numbers_its_rule_read_but_never_the_score() -> None:
    told = reason("QUIET_BUSINESS", {"days_since_last_sale": 120, "pd_12m": 5}, ("days_since_last_sale", "pd_12m"), SPECS)
    assert told.en.endswith("120)")
    assert told.zh.endswith("120）")
    assert reason("RISK_TOO_HIGH", {"pd_12m": 400_000}, ("pd_12m",), SPECS).en == CATALOGUE["RISK_TOO_HIGH"][1]


def test_values_are_told_in_words() -> None:
    assert tell(123_456, SPECS["turnover_12m"], "zh") == "¥1,234.56"
    assert tell(351_000, SPECS["sales_void_share_12m"], "en") == "35.1%"
    assert tell(None, SPECS["turnover_12m"], "en") == "unknown"
    assert tell(True, SPECS["related_party_insider"], "zh") == "是"
    assert decimal(-1250, 3) == "-1.250"


def test_at_most_four_each_once() -> None:
    many = [Reason(code, code, code) for code in "AABCDE"]
    assert [one.code for one in choose(many)] == ["A", "B", "C", "D"]


def test_the_exposure_cap_names_undrawn_limits_as_well_as_debts() -> None:
    zh, en = CATALOGUE["CAP_EXPOSURE"]
    assert "授信" in zh
    assert "limits and debts" in en
