"""The decision engine alone, no database: facts to decision for one, the folds on columns for many, and the related-party look-up."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable

import numpy as np
from tests.decision.cases import PRODUCTS, SCORE_REASONS, SPECS, case, compiled

from bench.figure import Context, Figure
from farthing.decision.compare import decide_columns, facts_frame
from farthing.decision.decide import decide
from farthing.domain.party import Relation, RelationKind
from farthing.graph.related import RelatedIndex, build, find

PREFIXES = ("decision.engine", "decision.columns", "related.")
ONE_BY_ONE = 5_000
ROWS = 1_000_000
RELATIONS = 100_000
INSIDERS = 200


def figures(context: Context) -> Iterable[Figure]:
    """One applicant, a million rows, and a question to a graph of 100,000 relations."""
    yield engine(context)
    yield columns(context)
    yield from related(context)


def engine(context: Context) -> Figure:
    """Mean microseconds of `decide` on the packaged policy: eleven rules, six caps, five parts, trace and reasons included."""
    policy, cases = compiled("sme_term"), [case(pd=pd, score_reasons=SCORE_REASONS) for pd in ("0.01", "0.05", "0.12", "0.18", "0.40")]
    for one in cases:
        decide(one, policy)
    with context.measured() as spent:
        for number in range(ONE_BY_ONE):
            decide(cases[number % len(cases)], policy)
    return Figure("decision.engine_us", spent.wall_s / ONE_BY_ONE * 1e6, "us", goal=15_000, better="lower", cpu_s=spent.cpu_s)


def columns(context: Context) -> Figure:
    """The same three folds as column expressions."""
    policy = compiled("sme_term")
    read = sorted({name for one in (*policy.access, *policy.limit, *policy.price) for name in one.reads if name in SPECS})
    some = facts_frame([case(pd=pd).facts.values for pd in ("0.01", "0.05", "0.12", "0.18", "0.40")], SPECS).select(read)
    rows = ROWS * (10 if context.full else 1)
    frame = some[np.arange(rows) % some.height]
    decide_columns(some, policy, PRODUCTS["sme_term"])
    with context.measured() as spent:
        decided = decide_columns(frame, policy, PRODUCTS["sme_term"])
    return Figure("decision.columns_rows_per_s", decided.height / spent.wall_s, "rows/s", cpu_s=spent.cpu_s)


def related(context: Context) -> Iterable[Figure]:
    """A random graph with planted links; the worst of many look-ups at the 99th percentile, and how many plants are found."""
    index, planted, built_s = planted_graph(context)
    asked = [f"p{number}" for number in range(20_000)] + planted
    took = np.empty(len(asked))
    hits = 0
    for place, party in enumerate(asked):
        start = time.perf_counter()
        finding = find(index, party)
        took[place] = time.perf_counter() - start
        hits += finding.hit and party.startswith("planted")
    note = f"{RELATIONS:,} relations, indexed once in {built_s:.2f} s"
    yield Figure("related.query_p99_ms", float(np.quantile(took, 0.99)) * 1000, "ms", goal=5, better="lower", note=note)
    yield Figure("related.declared_recall", hits / len(planted), "share", goal=1.0, note=f"{len(planted)} planted two to four steps away")


def planted_graph(context: Context) -> tuple[RelatedIndex, list[str], float]:
    """Random kin and holdings among strangers, insiders with holdings of their own, and companies planted behind relatives."""
    rng = np.random.default_rng(20_260_101)
    kinds = [RelationKind.HOLDS, RelationKind.SIBLING, RelationKind.SENIOR_POST, RelationKind.CHILD]
    ends = rng.integers(0, RELATIONS, (RELATIONS, 2))
    picks, shares = rng.integers(0, len(kinds), RELATIONS), rng.integers(1, 900_000, RELATIONS)
    relations = [
        Relation(f"p{a}", f"p{b}", kinds[pick], int(share) if kinds[pick] is RelationKind.HOLDS else None)
        for (a, b), pick, share in zip(ends, picks, shares, strict=True)
    ]
    planted = []
    for number in range(INSIDERS):
        relations.append(Relation(f"kin{number}", f"insider{number}", RelationKind.SPOUSE))
        chain = [f"kin{number}", *(f"mid{number}.{step}" for step in range(number % 3)), f"planted{number}"]
        relations += [Relation(a, b, RelationKind.HOLDS, 600_000) for a, b in itertools.pairwise(chain)]
        planted.append(chain[-1])
    with context.measured() as spent:
        index = build(relations, [f"insider{number}" for number in range(INSIDERS)])
    return index, planted, spent.wall_s
