"""The data dictionary: every feature with its meaning, what it is made from, who reads it, and what one value rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from farthing.domain.errors import NotFound
from farthing.domain.evidence import CURRENCY, Evidence, EvidenceKind
from farthing.domain.feature import Feature
from farthing.domain.ids import Id
from farthing.domain.staff import Actor, Role
from farthing.features.catalogue import CATALOGUE, FAMILIES, FAMILY_OF, FEATURES
from farthing.features.lineage import fields_of, rests_on
from farthing.features.primitives import parse
from farthing.features.records import RECORDS
from farthing.features.words import FORMULA_WORDS, REDUCER_WORDS
from farthing.flows.access import require
from farthing.flows.decide import compiled_policy, product_of
from farthing.flows.observe import features_of, readable
from farthing.flows.ports import House

STAFF = (Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
UNITS: tuple[str, ...] = tuple(sorted({feature.unit for feature in FEATURES}))
KINDS: tuple[EvidenceKind, ...] = tuple(RECORDS)
GROUPS: tuple[str, ...] = tuple(FAMILIES)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; empty means any. `word` is found in a name or in either language."""

    word: str = ""
    kind: str = ""
    family: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A feature in a list."""

    feature: Feature
    family: str


@dataclass(frozen=True, slots=True)
class Reduction:
    """One exact reduction in words: what is taken, of which side and column, over which window."""

    text: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A feature with its lineage, and the models and policies in use that read it."""

    feature: Feature
    family: str
    formula: tuple[str, str]
    reductions: tuple[Reduction, ...]
    fields: Mapping[EvidenceKind, tuple[str, ...]]
    models: tuple[str, ...]
    policies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """How many rows of one manifest a value rests on, over which days, and the numbers of the first of them in their file."""

    evidence: Evidence
    rows: int
    first_on: dt.date
    last_on: dt.date
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A value with the evidence it rests on; neither where the party took it back, or is restricted."""

    feature: Feature
    as_of: dt.date
    value: int | None
    sources: tuple[Source, ...]
    withheld: bool = False


def features(actor: Actor, wanted: Wanted, *, limit: int = 50, offset: int = 0) -> tuple[tuple[FeatureRow, ...], int]:
    """A page of the features that match, by family and name, and how many match in all."""
    require(actor, *STAFF)
    found = [feature for feature in FEATURES if _matches(feature, wanted)]
    return tuple(FeatureRow(feature, FAMILY_OF[feature.name]) for feature in found[offset : offset + limit]), len(found)


def _matches(feature: Feature, wanted: Wanted) -> bool:
    said = f"{feature.name} {feature.zh} {feature.en}".lower()
    return (
        all(word in said for word in wanted.word.lower().split())
        and wanted.kind in ("", *feature.sources)
        and wanted.family in ("", FAMILY_OF[feature.name])
        and wanted.unit in ("", feature.unit)
    )


def feature(house: House, actor: Actor, name: str) -> FeatureView:
    """One feature by name; `NotFound` says how to look for it."""
    require(actor, *STAFF)
    one = _named(name)
    models = [card.id for card in house.registry.models() if one.name in card.features]
    policies = [policy.id for policy in house.registry.policies() if one.name in _reads(house, policy.digest)]
    return FeatureView(
        one, FAMILY_OF[one.name], FORMULA_WORDS[one.post], tuple(_reduction(text) for text in _shortened(one.primitives)),
        fields_of(one), tuple(models), tuple(dict.fromkeys(policies)),
    )  # fmt: skip


def trace(house: House, actor: Actor, party: Id, name: str, as_of: dt.date | None = None) -> Traced:
    """The value of a party's feature on a day (the open one if not given), and the rows of evidence it rests on, by manifest."""
    require(actor, *STAFF)
    one, day = _named(name), as_of or house.clock.today()
    known = house.parties.get(party)
    if not readable(house, known, (one,), day):
        return Traced(one, day, None, (), withheld=True)
    value = features_of(house, known, day, (one,))[one.name]
    told = [_source(one, manifest, house, known.subject, day) for kind in one.sources for manifest in house.lake.manifests(kind)]
    return Traced(one, day, value, tuple(source for source in told if source is not None))


def _source(one: Feature, manifest: Evidence, house: House, subject: str, as_of: dt.date) -> Source | None:
    if manifest.provenance.currency != CURRENCY:
        return None
    rows = rests_on(one, manifest.kind, house.lake.rows_in(manifest, subject), as_of)
    if rows.is_empty():
        return None
    days = rows[RECORDS[manifest.kind].entries[0].day]
    first, last = days.min(), days.max()
    assert isinstance(first, dt.date)
    assert isinstance(last, dt.date)
    return Source(manifest, rows.height, first, last, tuple(rows["row"].sort().head(5).to_list()))


def _named(name: str) -> Feature:
    found = CATALOGUE.get(name)
    if found is None:
        raise NotFound("no_feature", f"There is no feature {name[:60]!r}.", "Look for it: farthing feature list WORD.")
    return found


def _reads(house: House, digest: str) -> set[str]:
    policy = house.registry.policy_by_digest(digest)
    ready = compiled_policy(policy, product_of(house, policy.product))
    return {name for one in (*ready.access, *ready.limit, *ready.price) for name in one.reads}


def _shortened(texts: Sequence[str]) -> tuple[str, ...]:
    """Months that follow each other as one: `sum sale.amount m0..11`."""
    short: dict[str, list[str]] = {}
    for text in texts:
        head, window = text.rsplit(" ", 1)
        key = head if window.startswith("m") and window[1:].isdigit() else text
        short.setdefault(key, []).append(window)
    return tuple(key if len(windows) == 1 and key in texts else f"{key} {windows[0]}..{windows[-1][1:]}" for key, windows in short.items())


def _reduction(text: str) -> Reduction:
    head = parse(text.partition("..")[0])
    zh, en = REDUCER_WORDS[head.reducer]
    window, of = text.rsplit(" ", 1)[1], f"{head.side}.{head.column}"
    first, dots, last = window.removeprefix("m").partition("..")
    if dots:
        return Reduction(
            text, f"{of} 逐月{zh}（第{first}至{last}月，0为最近）", f"{en} of each month: {of}, months {first} to {last}, 0 the newest"
        )
    return Reduction(text, f"{of} {zh}（{window}）", f"{en}: {of}, {window}")
