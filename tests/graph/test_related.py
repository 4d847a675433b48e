"""The related-party finding: who counts, by which path, and what is said when nobody does."""

from __future__ import annotations

import numpy as np
import pytest

from farthing.domain.party import Relation, RelationKind
from farthing.graph.related import GROUNDS, build, find

K = RelationKind
BANK = "pty_bank"
WANG = "pty_wang"  # a director of the bank


def told(*rows: tuple[str, RelationKind, str] | tuple[str, RelationKind, str, int]) -> list[Relation]:
    return [Relation(row[0], row[2], row[1], row[3] if len(row) == 4 else None) for row in rows]


def test_rp_01_an_applicant_hidden_two_hops_away_behind_the_spouse_s_company_is_found() -> None:
    relations = told((WANG, K.DIRECTOR, BANK), ("pty_li", K.SPOUSE, WANG), ("pty_li", K.HOLDS, "pty_shop", 300_000))
    finding = find(build(relations, [WANG]), "pty_shop")
    assert finding.hit
    assert finding.path == ("pty_shop", "held_by", "pty_li", "spouse", WANG)
    assert finding.ground == "RP-01/holding"


@pytest.mark.parametrize(
    "declared",
    [K.SPOUSE, K.PARENT, K.CHILD, K.SIBLING, K.GRANDPARENT, K.GRANDCHILD],
)
@pytest.mark.parametrize("from_the_insider", [True, False])
def test_rp_02_the_close_relatives_of_the_civil_code_count_from_either_side(declared: RelationKind, from_the_insider: bool) -> None:
    relation = (WANG, declared, "pty_li") if from_the_insider else ("pty_li", declared, WANG)
    finding = find(build(told(relation), [WANG]), "pty_li")
    assert finding.hit
    assert finding.ground == "RP-02/close_relative"


def test_a_path_says_how_the_applicant_stands_to_the_insider() -> None:
    finding = find(build(told((WANG, K.PARENT, "pty_child")), [WANG]), "pty_child")
    assert finding.path == ("pty_child", "child", WANG)


@pytest.mark.parametrize(
    "steps",
    [
        (("pty_mid", K.PARENT, WANG), ("pty_far", K.PARENT, "pty_mid")),  # grandparent
        (("pty_mid", K.CHILD, WANG), ("pty_far", K.CHILD, "pty_mid")),  # grandchild
        (("pty_mid", K.PARENT, WANG), ("pty_mid", K.PARENT, "pty_far")),  # sibling by a common parent
    ],
)
def test_relatives_that_follow_from_two_declared_steps_count(steps: tuple[tuple[str, RelationKind, str], ...]) -> None:
    assert find(build(told(*steps), [WANG]), "pty_far").hit


def test_an_in_law_is_no_close_relative() -> None:
    relations = told(("pty_li", K.SPOUSE, WANG), ("pty_zhao", K.SIBLING, "pty_li"), ("pty_zhao", K.CONTROLS, "pty_shop"))
    index = build(relations, [WANG])
    assert find(index, "pty_li").hit
    assert not find(index, "pty_zhao").hit
    assert not find(index, "pty_shop").hit


def test_a_senior_post_counts() -> None:
    finding = find(build(told((WANG, K.SENIOR_POST, "pty_mill")), [WANG]), "pty_mill")
    assert (finding.hit, finding.ground, finding.path) == (True, "RP-01/senior_post", ("pty_mill", "senior_post_is", WANG))


def test_rp_08_a_chain_counts_by_its_effective_share() -> None:
    chain = [(WANG, K.HOLDS, "pty_a", 400_000), ("pty_a", K.HOLDS, "pty_b", 300_000)]
    at = build(told(*chain, ("pty_b", K.HOLDS, "pty_c", 416_667)), [WANG])  # 0.4 x 0.3 x 0.416667 = 5.000004 %
    below = build(told(*chain, ("pty_b", K.HOLDS, "pty_c", 400_000)), [WANG])  # 4.8 %
    assert find(at, "pty_c").ground == "RP-01/look_through"
    assert find(at, "pty_c").path == ("pty_c", "held_by", "pty_b", "held_by", "pty_a", "held_by", WANG)
    assert not find(below, "pty_c").hit


def test_shares_of_several_chains_and_of_relatives_add_up() -> None:
    relations = told(
        ("pty_li", K.SPOUSE, WANG), (WANG, K.HOLDS, "pty_a", 300_000), ("pty_li", K.HOLDS, "pty_b", 300_000),
        ("pty_a", K.HOLDS, "pty_c", 100_000), ("pty_b", K.HOLDS, "pty_c", 100_000),
    )  # fmt: skip
    assert find(build(relations, [WANG]), "pty_c").hit, "3 % + 3 % is over 5 %"


def test_a_majority_passes_on_all_its_votes() -> None:
    relations = told((WANG, K.HOLDS, "pty_a", 510_000), ("pty_a", K.HOLDS, "pty_b", 60_000))
    assert find(build(relations, [WANG]), "pty_b").hit, "control of a 6 % holder, though 51 % x 6 % = 3.06 %"


def test_holdings_in_a_ring_end() -> None:
    ring = told((WANG, K.HOLDS, "pty_a", 10_000), ("pty_a", K.HOLDS, "pty_b"), ("pty_b", K.HOLDS, "pty_a"))
    assert find(build(ring, [WANG]), "pty_a").hit


def test_no_relation_is_told_with_what_was_examined() -> None:
    relations = told((WANG, K.DIRECTOR, BANK), ("pty_x", K.HOLDS, "pty_y", 900_000))
    finding = find(build(relations, [WANG]), "pty_y")
    assert (finding.hit, finding.path, finding.ground, finding.relations_examined) == (False, (), "none", 2)
    assert len(finding.graph_digest) == 64


def test_the_digest_names_the_graph_and_not_the_order() -> None:
    relations = told((WANG, K.DIRECTOR, BANK), ("pty_li", K.SPOUSE, WANG))
    assert build(relations, [WANG]).graph_digest == build(relations[::-1], [WANG]).graph_digest
    assert build(relations, [WANG]).graph_digest != build(relations, [WANG, "pty_li"]).graph_digest


def test_planted_links_among_many_are_all_found() -> None:
    rng = np.random.default_rng(7)
    others = [
        Relation(f"c{a}", f"c{b}", K.HOLDS, int(s))
        for a, b, s in zip(*rng.integers(0, 3000, (2, 5000)), rng.integers(1, PPM_HALF, 5000), strict=True)
    ]
    planted = [Relation(f"r{i}", f"i{i}", K.SPOUSE) for i in range(20)] + [Relation(f"r{i}", f"planted{i}", K.CONTROLS) for i in range(20)]
    index = build([*others, *planted], [f"i{i}" for i in range(20)])
    assert all(find(index, f"planted{i}").path == (f"planted{i}", "controlled_by", f"r{i}", "spouse", f"i{i}") for i in range(20))
    assert not any(find(index, f"c{i}").hit for i in range(3000)), "no insider reaches these"


PPM_HALF = 500_000


def test_every_ground_is_told_in_both_languages() -> None:
    index = build(told(("pty_li", K.SPOUSE, WANG)), [WANG])
    assert all(GROUNDS[find(index, party).ground][0] and GROUNDS[find(index, party).ground][1] for party in (WANG, "pty_li", "pty_q"))
