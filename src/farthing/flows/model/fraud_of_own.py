"""Develop a fraud model from a bank's own confirmed cases, where there are enough of them; fewer make a rule (`flows.fraud.rule`).

A case is looked at on the day it applied, or was first to be seen: what became known later would give it away. Everybody else known on
those days stands for the honest, though some of them may be frauds that nobody found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from farthing.domain.errors import Invalid
from farthing.domain.model_card import ModelCard, ModelClass
from farthing.domain.staff import Accountable, Actor, Role
from farthing.flows.access import require
from farthing.flows.fraud.around import readable_network
from farthing.flows.fraud.imagined import sample_of_signs
from farthing.flows.fraud.rule import known_parties, signs_on
from farthing.flows.model.develop_fraud import NOBODY_YET, save
from farthing.flows.ports import House
from farthing.graph.rings import rings
from farthing.models.boosted.model import pd_many
from farthing.models.fraud.card import Developed
from farthing.models.fraud.develop import Judged, Terms, develop, judge, out_of_group, plain_out_of_group
from farthing.models.fraud.model import Costs, decode
from farthing.models.fraud.origin import OWN
from farthing.models.sample import Sample

ENOUGH = 35
"""Cases that have nothing to do with each other: the fewest of which, if every one is caught, the share caught is surely 0.90 or more (the
lower end of Wilson's interval). Of fewer no figure could show that the model does what is asked of it."""
HONEST = 1_000
"""Rows of the honest: one false alarm in a hundred is then told from ten of them."""
MOST_DAYS = 60
OWN_CASES = "本行确认的"
"""How a card begins to say that a model learned from frauds the bank confirmed."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A confirmed fraud, by the key its source knows it by, and the day on which its signs are looked at."""

    party: str
    on: dt.date


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """The cases, who answers for the model, and what mistakes cost. `fraud_rate_ppm` None: the share of cases among all that are known."""

    cases: tuple[Confirmed, ...]
    owner: str
    approver: str
    name: str = "反欺诈模型（本行案件） Anti-fraud model of the bank's own cases"
    fraud_rate_ppm: int | None = None
    costs: Costs = field(default_factory=Costs)
    seed: int = 20200221

    def __post_init__(self) -> None:
        Accountable(self.owner, self.approver)
        keys = [one.party for one in self.cases]
        twice = next((key for key in keys if keys.count(key) > 1), None)
        if twice is not None:
            raise Invalid("case_twice", f"{twice[:40]!r} stands twice among the cases.", "Keep the day on which it was first to be seen.")
        if len({one.on for one in self.cases}) > MOST_DAYS:
            raise Invalid("many_days", f"The cases lie on more than {MOST_DAYS} days.", "Look at each on the last day of its month.")


@dataclass(frozen=True, eq=False)
class OwnCases:
    """Signs of each case on its day and of the honest on every day, by group; `alone`: cases tied to no other case."""

    sample: Sample
    group: np.ndarray[tuple[int], np.dtype[np.int64]]
    alone: np.ndarray[tuple[int], np.dtype[np.bool_]]
    parties: int

    @property
    def independent(self) -> int:
        """Groups with a case in them."""
        return len(np.unique(self.group[self.sample.bad]))


def train_own(house: House, actor: Actor, request: OwnRequest, key: str) -> ModelCard:
    """The card of the model saved: a risk manager's is a draft. `Invalid` with too few cases, `NotFound` for a stranger."""
    require(actor, Role.RISK_MANAGER, Role.SYSTEM)
    return save(house, actor, make_own(house, actor, request), key)


def make_own(house: House, actor: Actor, request: OwnRequest) -> Developed:
    """Everything but saving."""
    today = house.clock.today()
    late = next((one for one in request.cases if one.on > today), None)
    if late is not None:
        raise Invalid("day_to_come", f"{late.party[:40]!r} is to be looked at on {late.on}, which is yet to come.", "Name a day that was.")
    cases = _own_cases(house, request)
    refuse_few(cases)
    sample, seed = cases.sample, request.seed
    rate = request.fraud_rate_ppm or max(int(sample.bad.sum()) * 1_000_000 // cases.parties, 1)
    out = out_of_group(sample, cases.group, seed)
    model = develop(sample, cases.group, Terms(rate, request.costs, seed), out=out)
    patterns = {"alone": cases.alone, "gang": sample.bad & ~cases.alone}
    tables = [one.provenance for one in house.lake.manifests()]
    used = house.registry.model_in_use(ModelClass.ANTI_FRAUD)
    drafts = actor.role is Role.RISK_MANAGER
    return Developed(
        title=request.name, trained_on=_told(cases), as_of=max(one.on for one in request.cases), sample=sample, model=model,
        judged=judge(out, sample.bad, patterns, seed),
        plain=judge(plain_out_of_group(sample, cases.group, seed), sample.bad, patterns, seed),
        accountable=Accountable(actor.name, NOBODY_YET) if drafts else Accountable(request.owner, request.approver),
        origin=OWN, synthetic=any(one.synthetic for one in tables),
        used=None if used is None or _learned_here(used[0]) else _by(used[1], cases, patterns, seed),
    )  # fmt: skip


def refuse_few(cases: OwnCases) -> None:
    """`Invalid` where nothing that was measured could show that the model is good enough."""
    bads, honest = int(cases.sample.bad.sum()), int((~cases.sample.bad).sum())
    if cases.independent < ENOUGH:
        told = f"{bads} confirmed cases, of which {cases.independent} have nothing to do with each other; a model needs {ENOUGH}."
        raise Invalid("too_few_cases", told, "Make a rule of them: farthing model fraud rule PARTY...", field="cases")
    if honest < HONEST:
        told = f"{honest} rows of the honest stand beside the cases; a model needs {HONEST}."
        raise Invalid("too_few_honest", told, "Import evidence of more parties, or look at the cases on more days.", field="cases")


def assembled(days: Iterable[tuple[dt.date, pl.DataFrame]], cases: Mapping[str, dt.date], tied: Mapping[str, str]) -> OwnCases:
    """Rows of signs, one frame a day: each case on its own day alone, everybody else on every day. `tied` names the ring of who is in one:
    what is in one ring is one group, on whatever day."""
    frames = []
    for day, signs in days:
        mine = [party for party, on in cases.items() if on == day]
        others = [party for party in cases if party not in mine]
        frames.append(signs.filter(~pl.col("party").is_in(others)).with_columns(fraud=pl.col("party").is_in(mine)))
    rows = pl.concat(frames)
    seen = set(rows.filter("fraud")["party"])
    blank = next((party for party in cases if party not in seen), None)
    if blank is not None:
        raise Invalid(
            "nothing_known", f"Nothing was known of a case on {cases[blank]}.", "Name a later day, or leave it out.", field="cases"
        )
    names = [tied.get(party, party) for party in rows["party"]]
    places = {name: place for place, name in enumerate(dict.fromkeys(names))}
    group, bad = np.array([places[name] for name in names], dtype=np.int64), rows["fraud"].to_numpy().astype(np.bool_)
    crowd = np.bincount(group[bad], minlength=len(places))
    return OwnCases(sample_of_signs(rows), group, bad & (crowd[group] == 1), rows["party"].n_unique())


def _own_cases(house: House, request: OwnRequest) -> OwnCases:
    known = known_parties(house, [one.party for one in request.cases])
    cases = {known[one.party].subject: one.on for one in request.cases}
    days: Sequence[dt.date] = sorted(set(cases.values()))
    tied = {party: ring.id for party, ring in rings(readable_network(house, days[-1]).ties).items()}
    return assembled(zip(days, signs_on(house, days), strict=True), cases, tied)


def _learned_here(card: ModelCard) -> bool:
    """Whether it was fitted on the bank's own cases: on those, of which it has seen some, it cannot be judged beside another."""
    return not card.synthetic or card.trained_on.startswith(OWN_CASES)


def _by(artefact: bytes, cases: OwnCases, patterns: dict[str, np.ndarray[tuple[int], np.dtype[np.bool_]]], seed: int) -> Judged:
    """How the model in use does on the same cases."""
    return judge(pd_many(decode(artefact).trees, cases.sample).astype(np.float64), cases.sample.bad, patterns, seed)


def _told(cases: OwnCases) -> str:
    bads, groups = int(cases.sample.bad.sum()), cases.independent
    return f"{OWN_CASES} {bads} 起欺诈，互不相关的 {groups} 起。 {bads} frauds the bank confirmed, {groups} of them apart from each other"
