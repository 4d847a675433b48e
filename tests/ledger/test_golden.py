"""Lives a credit officer can read and check by hand: events in, balances out (tests/golden/lives)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from tests.ledger.lives import Script, life, terms

from farthing.domain.facility import LineTerms
from farthing.domain.money import parse_yuan
from farthing.domain.product import RepaymentMethod
from farthing.domain.rate import Basis, Rate
from farthing.ledger.arrears import overdue_fen
from farthing.ledger.conduct import standing
from farthing.ledger.facility import advance, fold
from farthing.ledger.quote import payoff

LIVES = sorted((Path(__file__).parents[1] / "golden" / "lives").glob("*.txt"))


def opening(on: dt.date, words: dict[str, str]) -> LineTerms:
    units, basis = words["rate"].split("/")
    return terms(
        opened_on=on, limit_fen=parse_yuan(words["limit"]), rate=Rate(int(units), Basis(basis)), tenor_months=int(words["tenor"]),
        due_day=int(words["due"]), repayment=RepaymentMethod(words["method"]), same_day_days=int(words["same-day"]),
        expires_on=dt.date.fromisoformat(words["expires"]), draw_min_fen=1,
    )  # fmt: skip


@pytest.mark.parametrize("path", LIVES, ids=lambda path: path.stem)
def test_golden_life(path: Path) -> None:
    lines = [line.split("#")[0].split() for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    rows = [(line[0], dt.date.fromisoformat(line[1]), line[2:]) for line in lines if line]
    (_, opened_on, words), *rest = rows
    of = opening(opened_on, dict(zip(words[::2], words[1::2], strict=True)))
    script: Script = []
    checked = 0
    for kind, on, words in rest:
        if kind in {"draw", "repay"}:
            script.append(((on - opened_on).days, kind, parse_yuan(words[0])))
            continue
        state = advance(fold([event for event in life(of, script) if event.effective_on <= on]), on)
        if kind == "payoff":
            assert payoff(state, on).total_fen == parse_yuan(words[0]), (kind, on)
        else:
            seen = {
                "principal": state.principal_fen, "interest": state.interest_owed_fen, "overdue": overdue_fen(state),
                "headroom": state.headroom_fen, "surplus": state.surplus_fen, "dpd": standing(state).dpd,
                "class": standing(state).loan_class,
            }  # fmt: skip
            for name, text in zip(words[::2], words[1::2], strict=True):
                expected = text if name == "class" else int(text) if name == "dpd" else parse_yuan(text)
                assert seen[name] == expected, (path.name, on, name)
        checked += 1
    assert checked >= 4


def test_there_are_golden_lives() -> None:
    assert len(LIVES) >= 4
