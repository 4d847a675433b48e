"""`farthing policy`: a change to the rules, from the draft to the version in force."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.cli.desk import Desk, desk, typed
from tests.store_fixture import Database

from farthing.sources.catalogue import packaged_policies

TEXT = next(text for text in packaged_policies() if "product: sme_term" in text)
REVOLVING = next(text for text in packaged_policies() if "product: revolving" in text)
STRICTER = TEXT.replace("version: 1", "version: 2").replace("value: 0.25", "value: 0.03").replace("value: 0.15", "value: 0.02")
PERVERSE = TEXT.replace("div(pd_12m * lgd, 1, 6)", "div((1 - pd_12m) * lgd, 5, 6)")


@pytest.fixture(scope="module")
def bank(new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Its two applicants are decided: E1 approved, E3 declined."""
    with desk(new_database(), tmp_path_factory.mktemp("bank")) as open_desk:
        for key in ("E1", "E3"):
            assert typed("decision", "make", key, "--amount", "400000").code == 0
        yield open_desk


@pytest.fixture
def draft(tmp_path: Path) -> Callable[[str], Path]:
    """A document on disk."""

    def write(text: str) -> Path:
        (tmp_path / "draft.yaml").write_text(text, encoding="utf-8")
        return tmp_path / "draft.yaml"

    return write


@pytest.mark.usefixtures("bank")
def test_a_sound_document_passes_and_one_that_favours_risk_does_not(draft: Callable[[str], Path]) -> None:
    sound = typed("policy", "check", draft(STRICTER))
    assert (sound.code, "pol_sme_term_v2" in sound.out, "may be published" in sound.out) == (0, True, True)
    assert typed("policy", "check", draft(STRICTER), "--json").json == {"policy": "pol_sme_term_v2", "sound": True, "findings": []}
    perverse = typed("policy", "check", draft(PERVERSE))
    assert (perverse.code, perverse.err) == (1, "")
    assert "may not be published" in perverse.out
    assert "the rate falls" in perverse.out
    refused = typed("policy", "publish", draft(PERVERSE.replace("version: 1", "version: 9")))
    assert (refused.code, refused.err.split()[0]) == (1, "unsound_policy")


@pytest.mark.usefixtures("bank")
@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (TEXT.replace("void_share_12m > 0.35", "viod_share_12m > 0.35"), "unknown_fact", "access.void_share, column 1"),
        (TEXT.replace("sales_void_share_12m > 0.35", "sales_void_share_12m >"), "bad_expression", "access.void_share"),
        (TEXT.replace("sales_void_share_12m > 0.35", "div(sales_void_share_12m, 0, 0) > 1"), "bad_div", "access.void_share"),
        (TEXT.replace("version: 1", f"version: {10**30}"), "bad_policy", "version is '1000"),
        ("[" * 5_000, "bad_yaml", "nested too deeply"),
        (TEXT.replace("pd_12m > pd_doubt", "pd_12m > 1 fen"), "not_in_language", "access.pd_doubt"),
        (TEXT.replace("requested_fen > 50000000", "requested_fen > pd_12m"), "wrong_units", "access.single_buyer"),
        (TEXT.replace("outcome: decline", "outcome: shrug", 1), "bad_policy", "approve, refer, decline"),
        (TEXT.replace("owner:", "owener:"), "bad_policy", "no such entry owener"),
        (TEXT.replace("product: sme_term", "product: villa"), "no_product", "There are farm, house, revolving, sme_term"),
        ("- just\n- a list\n", "bad_policy", "named sections"),
        ("a: [1", "bad_yaml", "line"),
    ],
)
def test_a_document_that_cannot_be_read_is_told_where(draft: Callable[[str], Path], text: str, code: str, said: str) -> None:
    told = typed("policy", "check", draft(text))
    assert (told.code, told.out, told.err.split()[0]) == (1, "", code)
    assert said in told.err.replace("\n", " ")


@pytest.mark.usefixtures("bank")
def test_a_file_that_is_not_there_or_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "photo.yaml").write_bytes(b"\xff\xfe\x00\xd8")
    for name, why in (("nowhere.yaml", "No such file"), ("photo.yaml", "it is not UTF-8 text")):
        told = typed("policy", "check", tmp_path / name)
        assert (told.code, told.err.split()[0], why in told.err) == (1, "unreadable_file", True)


@pytest.mark.usefixtures("bank")
def test_the_swap_set_counts_who_would_be_treated_differently(draft: Callable[[str], Path]) -> None:
    moved = typed("policy", "compare", draft(STRICTER), "--with", "pol_sme_term_v1", "--json").json
    found = {(row["before"], row["after"]): (row["applicants"], row["limit_before_fen"], row["limit_after_fen"]) for row in moved}
    assert found == {("approve", "decline"): (1, 40_000_000, 0), ("decline", "decline"): (1, 0, 0)}
    assert "¥400,000.00" in typed("policy", "compare", draft(STRICTER), "--with", "pol_sme_term_v1").out
    unchanged = typed("policy", "compare", draft(TEXT), "--with", "pol_sme_term_v1", "--json").json
    assert all(row["before"] == row["after"] for row in unchanged)


@pytest.mark.usefixtures("bank")
def test_what_cannot_be_compared_is_refused(draft: Callable[[str], Path]) -> None:
    for text, other, code in (
        (STRICTER, "pol_nowhere", "no_policy"),
        (REVOLVING, "pol_revolving_v1", "no_decisions"),
        (REVOLVING, "pol_sme_term_v1", "other_product"),
    ):
        told = typed("policy", "compare", draft(text), "--with", other)
        assert (told.code, told.err.split()[0]) == (1, code)
    assert typed("policy", "compare", draft(STRICTER)).code == 2


def test_a_version_is_published_by_a_second_person_once(bank: Desk, draft: Callable[[str], Path]) -> None:
    file = draft(STRICTER.replace("value: 0.02", "value: 0.01"))
    assert typed("policy", "publish", file, "--by", bank.staff["officer"]).err.split()[0] == "role"
    assert typed("policy", "publish", file, "--by", "stf_nobody").err.split()[0] == "no_staff"
    assert typed("policy", "publish", file, "--by", bank.staff["risk"], "--owner", "周明华").err.split()[0] == "second_person"
    assert typed("policy", "publish", file, "--by", bank.staff["risk"], "--approver", "某人").code == 2
    published = typed("policy", "publish", file, "--by", bank.staff["risk"], "--json").json
    assert published["accountable"] == {"owner": "陈立 (风险政策 / risk policy)", "approver": "周明华"}
    assert published["digest"] in typed("policy", "publish", file, "--by", bank.staff["risk"]).out
    changed = typed("policy", "publish", draft(STRICTER), "--by", bank.staff["risk"])
    assert (changed.code, changed.err.split()[0]) == (1, "policy_version_taken")
    assert "next version number" in changed.err
    rows = {row["id"]: row for row in typed("policy", "list", "--json").json}
    assert (rows["pol_sme_term_v2"]["in_force"], rows["pol_sme_term_v1"]["in_force"]) == (True, False)
    assert rows["pol_sme_term_v2"]["approver"] == "周明华"


@pytest.mark.usefixtures("bank")
def test_a_published_policy_reads_as_it_was_written(monkeypatch: pytest.MonkeyPatch) -> None:
    told = typed("policy", "show", "pol_sme_term_v1")
    for words in ("days_since_last_sale > 180", "div(turnover_12m * 10, 100, 0)", "div(pd_12m * lgd, 1, 6)", "周宁"):
        assert words in told.out
    shown = typed("policy", "show", "pol_sme_term_v1", "--json").json
    assert (shown["row"]["id"], len(shown["policy"]["access"]), shown["findings"]) == ("pol_sme_term_v1", 9, [])
    digest = shown["row"]["digest"]
    assert typed("policy", "show", digest[:12], "--json").json == shown
    assert digest[:12] in told.out
    missing = typed("policy", "show", "pol_nowhere")
    assert (missing.code, "pol_sme_term_v1" in missing.err) == (1, True)
    monkeypatch.setenv("COLUMNS", "80")
    assert "…" not in typed("policy", "list").out


def test_the_facts_a_rule_may_name_are_found_by_a_part_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    found = typed("policy", "facts", "void_share", "--json").json
    assert {row["name"] for row in found} == {
        f"{side}_void_share_{window}" for side in ("sales", "purchases") for window in ("3m", "12m", "all")
    }
    assert {"name", "type", "unit", "scale", "zh", "en"} <= found[0].keys()
    monkeypatch.setenv("COLUMNS", "80")
    lines = typed("policy", "facts", "void_share").out.splitlines()
    assert len(lines) == 1 + len(found), "a line each, however narrow the screen, so that it can be searched"
    assert all(
        line.startswith(row["name"]) and line.endswith(f"{row['zh']} {row['en']}") for line, row in zip(lines[1:], found, strict=True)
    )
    assert "No fact has 'unicorns'" in typed("policy", "facts", "unicorns").out
