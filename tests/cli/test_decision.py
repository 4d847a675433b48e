"""`farthing decision`, from the question to the opened line, as a person types it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.cli.desk import Desk, desk, typed
from tests.store_fixture import Database


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk(new_database(), tmp_path_factory.mktemp("bank")) as open_desk:
        yield open_desk


@pytest.fixture(scope="module")
def referred(bank: Desk) -> str:
    """E2, whose risk a person judges."""
    return str(typed("decision", "make", bank.parties["E2"], "--amount", "700000", "--json").json["decision"]["id"])


@pytest.mark.usefixtures("bank")
def test_an_approval_tells_rules_caps_price_and_people() -> None:
    told = typed("decision", "make", "E1", "--amount", "400,000", "--purpose", "stock", "--key", "once")
    assert told.code == 0, told.err
    said = (
        "同意 approve", "商户E1", "Approved: ¥400,000.00 asked for, ¥400,000.00 granted.", "CAP_REQUESTED", "days_since_last_sale > 180",
        "Days since the last sale 8", "smallest binds；本决策 in this decision ¥400,000.00",
        "add up；本决策 in this decision 6.15 % a year",
        "pol_sme_term_v1",
    )  # fmt: skip
    assert [words for words in said if words not in told.out] == []
    again = typed("decision", "make", "E1", "--amount", "400000", "--purpose", "stock", "--key", "once", "--json").json
    assert again["decision"]["id"] in told.out


@pytest.mark.usefixtures("bank")
def test_a_decision_for_machines_carries_its_trace() -> None:
    made = typed("decision", "make", "E1", "--amount", "400000", "--json").json
    assert (made["decision"]["outcome"], made["limit_fen"], made["application"]["requested_fen"]) == ("approve", 40_000_000, 40_000_000)
    assert [cap["name"] for cap in made["caps"] if cap["binds"]] == ["requested"]
    assert sum(part["units"] for part in made["price"]) == made["decision"]["rate"]["units"]
    assert {rule["state"] for rule in made["access"]} == {"clear"}
    assert typed("decision", "show", made["decision"]["id"], "--json").json == made


@pytest.mark.usefixtures("bank")
def test_a_decline_is_an_answer_and_offers_nothing() -> None:
    told = typed("decision", "make", "E3")
    assert told.code == 0
    assert "未通过 decline" in told.out
    assert "RISK_TOO_HIGH" in told.out
    assert "binds；本决策 in this decision ¥0.00" in told.out
    assert "add up；本决策 in this decision —" in told.out


@pytest.mark.usefixtures("bank")
def test_a_fact_nobody_knows_is_told_as_unknown() -> None:
    told = typed("decision", "make", "E5", "--amount", "400000")
    assert "转人工 refer" in told.out
    assert "MISSING_INFORMATION" in told.out
    assert "距最近一次销售的天数 未知" in told.out


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("make", "E9"), "no_party", "Import its evidence first"),
        (("make", "E4", "--amount", "400000"), "no_consent", "Ask for consent first"),
        (("make", "E1", "--product", "villa"), "no_product", "There are farm, house, revolving, sme_term"),
        (("make", "E1", "--amount", "many"), "bad_amount", "'many' is not an amount"),
        (("make", "E1", "--amount", "5"), "amount_out_of_range", "¥100,000.00 to ¥1,000,000.00"),
        (("make", "E1", "--purpose", "shares"), "bad_purpose", "working_capital"),
        (("show", "dec_nowhere"), "no_decision", "List decisions to see their ids"),
        (("accept", "dec_nowhere"), "no_decision", "List decisions to see their ids"),
        (("all", "--product", "villa"), "no_product", "There are farm, house, revolving, sme_term"),
    ],
)
def test_a_refusal_names_the_item_and_the_way_out(words: tuple[str, ...], code: str, said: str) -> None:
    told = typed("decision", *words)
    assert (told.code, told.out) == (1, "")
    assert told.err.strip().startswith(code)
    assert said in told.err


@pytest.mark.parametrize("words", [(), ("make",), ("queue", "--outcome", "maybe"), ("queue", "--limit", "0"), ("unmake",)])
def test_words_that_make_no_command_end_with_usage(words: tuple[str, ...]) -> None:
    assert typed("decision", *words).code == 2


def test_an_officer_proposes_and_a_second_person_decides_above_half_a_million(bank: Desk, referred: str) -> None:
    officer, risk = bank.staff["officer"], bank.staff["risk"]
    seen = ("--note", "看过店 [/bold]", "--approve")
    assert typed("decision", "review", referred, "--by", officer, "--note", "x").code == 2
    nothing = typed("decision", "review", referred, "--by", officer, *seen)
    assert "¥0.00 is outside ¥100,000.00" in nothing.err
    proposed = typed("decision", "review", referred, "--by", officer, *seen, "--limit", "600000", "--json").json
    assert (proposed["decision"]["outcome"], proposed["limit_fen"]) == ("refer", 60_000_000)
    assert "看过店 [/bold]" in typed("decision", "show", proposed["decision"]["id"]).out
    assert officer in proposed["decision"]["accountable"]
    same = typed("decision", "review", referred, "--by", officer, *seen, "--limit", "600000", "--json").json
    assert same == proposed
    other = typed("decision", "review", referred, "--by", officer, *seen, "--limit", "500000")
    assert (other.code, other.err.split()[0]) == (1, "reviewed_already")
    mine = typed("decision", "review", proposed["decision"]["id"], "--by", officer, *seen, "--limit", "600000")
    assert mine.err.split()[0] == "second_person"
    approved = typed("decision", "review", proposed["decision"]["id"], "--by", risk, *seen, "--limit", "550000", "--json").json
    assert (approved["decision"]["outcome"], approved["limit_fen"]) == ("approve", 55_000_000)
    assert risk in approved["decision"]["approver"]
    assert "not_approved" in typed("decision", "accept", referred).err
    terms = typed("decision", "accept", approved["decision"]["id"], "--json").json
    assert (terms["decision"], terms["limit_fen"]) == (approved["decision"]["id"], 55_000_000)
    assert typed("decision", "show", approved["decision"]["id"], "--json").json["line"] == terms["line"]
    assert f"{terms['line']}  ¥550,000.00" in typed("decision", "accept", approved["decision"]["id"]).out


def test_nobody_reviews_who_is_not_there(bank: Desk, referred: str) -> None:
    told = typed("decision", "review", referred, "--by", "stf_nobody", "--note", "x", "--decline")
    assert (told.code, told.err.split()[0]) == (1, "no_staff")
    assert bank.staff["officer"] not in told.err


def test_the_queue_shows_what_was_reviewed_and_fits_a_narrow_screen(bank: Desk, referred: str, monkeypatch: pytest.MonkeyPatch) -> None:
    typed("decision", "review", referred, "--by", bank.staff["officer"], "--note", "no", "--decline")
    rows = typed("decision", "queue", "--json").json
    assert {"decision", "party", "name", "outcome", "limit_fen", "decided_on", "reviewed"} <= rows[0].keys()
    only = typed("decision", "queue", "--outcome", "refer", "--limit", "1", "--json").json
    assert [row["outcome"] for row in only] == ["refer"]
    wide = typed("decision", "queue").out
    line = next(line for line in wide.splitlines() if referred in line)
    assert "已复核 reviewed" in line
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in typed("decision", "queue").out


@pytest.mark.usefixtures("bank")
def test_deciding_all_says_when_there_is_nobody() -> None:
    assert "Nobody to decide" in typed("decision", "all").out
    assert typed("decision", "all", "--json").json == {"decisions": [], "failures": []}
