"""The network around every party on one day: ties, trade and traces, read from the evidence's own tables.

A table may be missing, and a party may have no row of a kind: then what rests on it is missing, not zero. `measures_of` answers for one
applicant, `measures_of_all` for everybody; they agree (tests/laws/test_network.py). `without` leaves out what may not be looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

import polars as pl

from farthing.domain.evidence import EvidenceKind
from farthing.domain.party import RelationKind
from farthing.graph import circles, rings, velocity
from farthing.graph.circles import NOTHING_ROUND, Circle, Trade, circle_of, trade_of
from farthing.graph.rings import NO_TIES, Mark, Ring, Tie, TieKind, Ties, known_ties, ring_of
from farthing.graph.velocity import NO_TRACES, Asked, Came, Traces, traces, velocity_of

KINDS = (EvidenceKind.DEVICE, EvidenceKind.CONTACT_POINT, EvidenceKind.BUREAU_ENQUIRY, EvidenceKind.INVOICE, EvidenceKind.RELATION)
TRADE_DAYS = 182
MEASURES = (*rings.MEASURES, *velocity.MEASURES, *circles.MEASURES)
_OF_ASKED = tuple(name for name in velocity.MEASURES if name.startswith("asked"))
_OF_INVOICES = circles.MEASURES
_OWNING = (RelationKind.HOLDS.value, RelationKind.CONTROLS.value, RelationKind.SENIOR_POST.value)
_SOLD = {"party": pl.String, "counterparty": pl.String, "fen": pl.Int64}
_OWNED = {"party": pl.String, "other": pl.String, "known_on": pl.Date}
_ASKED = {"party": pl.String, "day": pl.Date, "asker": pl.String}
_CAME = {"party": pl.String, "day": pl.Date, "mark": pl.String, "device": pl.Boolean, "applied": pl.Boolean}


@dataclass(frozen=True, eq=False)
class Network:
    """What was known on a day. `turnover_fen` has whoever has invoices, in the days of `trade`; `asked` and `came` are the traces; `sold`
    and `owned` name buyers and firms as the evidence does, whether the bank knows them or not."""

    as_of: dt.date
    ties: Ties
    trade: Trade
    turnover_fen: Mapping[str, int]
    traces: Traces
    asked: pl.DataFrame
    came: pl.DataFrame
    sold: pl.DataFrame
    owned: pl.DataFrame

    @property
    def since(self) -> dt.date:
        """Trade is of the days after this one."""
        return self.as_of - dt.timedelta(days=TRADE_DAYS)


def network(frames: Mapping[EvidenceKind, pl.DataFrame], as_of: dt.date, called: Mapping[str, str]) -> Network:
    """Of tables whose owner is `party`; `called` says which party a name in another's evidence (counterparty, other) is."""
    return grown(_nothing(as_of), frames, called)


def grown(net: Network, frames: Mapping[EvidenceKind, pl.DataFrame], called: Mapping[str, str]) -> Network:
    """The network of a day with rows that came in since, as if all had come at once; `called` knows everybody whom it knew before."""
    known = {kind: frame.filter(pl.col("known_on") <= net.as_of) for kind, frame in frames.items() if kind in KINDS}
    if (points := known.get(EvidenceKind.CONTACT_POINT)) is not None:  # a business contact is an agent or a bookkeeper, whom many share
        known[EvidenceKind.CONTACT_POINT] = points.filter(pl.col("holder") != "business")
    asked, came, owned = _asked(known), _came(known), pl.concat([net.owned, _owned(known.get(EvidenceKind.RELATION))])
    invoices = _lately(known.get(EvidenceKind.INVOICE), net)
    sold = pl.concat([net.sold, _sold(invoices)]).group_by("party", "counterparty").agg(pl.col("fen").sum())
    return Network(
        net.as_of, known_ties(chain(_ties(known), _owners(owned, called)), net.as_of, net.ties), trade_of(_between(sold, called)),
        _turnover(net.turnover_fen, invoices),
        traces((Asked(*row) for row in asked.iter_rows()), (Came(*row) for row in came.iter_rows()), net.as_of, net.traces),
        pl.concat([net.asked, asked]), pl.concat([net.came, came]), sold, owned,
    )  # fmt: skip


def _nothing(as_of: dt.date) -> Network:
    asked, came, sold, owned = (pl.DataFrame(schema=schema) for schema in (_ASKED, _CAME, _SOLD, _OWNED))
    return Network(as_of, NO_TIES, Trade({}), {}, NO_TRACES, asked, came, sold, owned)


def without(net: Network, unread: Mapping[EvidenceKind, Collection[str]]) -> Network:
    """The network without what these parties' evidence of each kind tells. What was a public place stays one; who is unread in every kind,
    as who is restricted, is not seen by what its owner tells either."""
    if not any(unread.values()):
        return net
    devices, points, asked, sellers, owners = (frozenset(unread.get(kind, ())) for kind in KINDS)
    unseen = devices & points & asked & sellers & owners
    traces = velocity.without(net.traces, asked, {True: devices, False: points})
    came = pl.col("party").is_in(list(devices)) & pl.col("device") | pl.col("party").is_in(list(points)) & ~pl.col("device")
    return replace(
        net, ties=rings.without(net.ties, dict.fromkeys(_untied(net.ties, devices, points, owners, unseen))), traces=traces,
        trade=Trade({seller: to for seller, to in net.trade.sales.items() if seller not in sellers}),
        turnover_fen={party: fen for party, fen in net.turnover_fen.items() if party not in sellers},
        asked=net.asked.filter(~pl.col("party").is_in(list(asked))), came=net.came.filter(~came),
    )  # fmt: skip


def _untied(
    ties: Ties, devices: Collection[str], points: Collection[str], owners: Collection[str], unseen: Collection[str]
) -> Iterator[tuple[str, Mark]]:
    """Who leaves which mark, some told twice. What an owner tells of itself ties the firms it owns."""
    for parties, kinds in ((devices, (TieKind.DEVICE, TieKind.NETWORK)), (points, (TieKind.CONTACT,)), (unseen, (TieKind.OWNER,))):
        for party in parties:
            yield from ((party, mark) for mark in ties.of_party.get(party, {}) if mark[0] in kinds)
    for owner in owners:
        mark = (TieKind.OWNER, owner)
        yield from ((firm, mark) for firm in ties.of_mark.get(mark, {}))


def beside(net: Network, party: str, found: Around) -> set[str]:
    """Everybody by whose evidence a party's surroundings are what they are, but itself: its ring and the owners that tie it, its circle,
    and who came by its marks. Few: what more than a handful share is public."""
    ring = found.ring
    owners = {one.mark for one in ring.shared if one.kind is TieKind.OWNER} if ring else set[str]()
    steps = {row.party for mark in {row.mark for row in net.traces.came.get(party, ())} for row in net.traces.by_mark.get(mark, ())}
    sellers = {seller for seller in net.trade.sales.get(party, {}) if party in net.trade.sales.get(seller, {})}
    return ({*(ring.members if ring else ()), *(found.circle.members if found.circle else ())} | owners | steps | sellers) - {party}


def everybody(net: Network) -> set[str]:
    """All by whose evidence the network is what it is."""
    owners = {mark for kind, mark in net.ties.of_mark if kind is TieKind.OWNER}
    return {*net.ties.of_party, *owners, *net.traces.asked, *net.traces.came, *net.turnover_fen}


# ---- what a model reads ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """One applicant's surroundings: the measures, and the ring and the circle that they are of."""

    measures: Mapping[str, int | None]
    ring: Ring | None
    circle: Circle | None


def around(net: Network, party: str) -> Around:
    """The surroundings of one party."""
    ring, circle = ring_of(net.ties, party), circle_of(net.trade, party)
    round_it = (circle.round_fen, len(circle.members)) if circle else NOTHING_ROUND
    found: dict[str, int | None] = {
        **rings.measures(net.ties, ring, party, net.as_of),
        **velocity_of(net.traces, party, net.as_of),
        **circles.measures(net.trade, party, round_it, net.turnover_fen.get(party, 0)),
    }
    return Around(_told(net, party, found), ring, circle)


def measures_of_all(net: Network) -> pl.DataFrame:
    """One row a party of whom anything is known, one column a measure (null: missing), sorted by party."""
    every, round_all = rings.rings(net.ties), circles.circles(net.trade)
    counts = velocity.velocity(net.asked, net.came, net.as_of, net.traces.public)
    counted = {str(row["party"]): row for row in counts.iter_rows(named=True)}
    rows = []
    for party in sorted({*net.ties.of_party, *counted, *net.turnover_fen}):
        found: dict[str, int | None] = {
            **rings.measures(net.ties, every.get(party), party, net.as_of),
            **{name: counted[party][name] if party in counted else 0 for name in velocity.MEASURES},
            **circles.measures(net.trade, party, round_all.get(party, NOTHING_ROUND), net.turnover_fen.get(party, 0)),
        }
        rows.append({"party": party, **_told(net, party, found)})
    return pl.DataFrame(rows, schema={"party": pl.String, **dict.fromkeys(MEASURES, pl.Int64)})


def _told(net: Network, party: str, found: Mapping[str, int | None]) -> dict[str, int | None]:
    """Nothing of a kind known of the party: what rests on it is missing."""
    silent: set[str] = set()
    if party not in net.traces.asked:
        silent |= {*_OF_ASKED, "askers_30d"}
    if party not in net.traces.came:
        silent |= {*rings.MEASURES, *velocity.MEASURES} - {*_OF_ASKED, "askers_30d"}
    if party not in net.turnover_fen:
        silent |= set(_OF_INVOICES)
    return {name: None if name in silent else found[name] for name in MEASURES}


# ---- from tables -----------------------------------------------------------------------------------------------------


def _asked(known: Mapping[EvidenceKind, pl.DataFrame]) -> pl.DataFrame:
    frame = known.get(EvidenceKind.BUREAU_ENQUIRY)
    if frame is None:
        return pl.DataFrame(schema=_ASKED)
    return frame.select("party", pl.col("enquired_on").alias("day"), pl.col("counterparty").fill_null("").alias("asker"))


def _came(known: Mapping[EvidenceKind, pl.DataFrame]) -> pl.DataFrame:
    """Devices, with what was done on them, and the points by which the party or who is near to it is reached."""
    parts = [pl.DataFrame(schema=_CAME)]
    if (devices := known.get(EvidenceKind.DEVICE)) is not None:
        parts.append(devices.select(
            "party", pl.col("seen_on").alias("day"), pl.format("d:{}", "device").alias("mark"), device=pl.lit(value=True),
            applied=pl.col("act") == "apply",
        ))  # fmt: skip
    if (points := known.get(EvidenceKind.CONTACT_POINT)) is not None:
        parts.append(points.select(
            "party", pl.col("stated_on").alias("day"), pl.format("c:{}", "point").alias("mark"), device=pl.lit(value=False),
            applied=pl.lit(value=False),
        ))  # fmt: skip
    return pl.concat(parts)


def _ties(known: Mapping[EvidenceKind, pl.DataFrame]) -> Iterator[Tie]:
    if (devices := known.get(EvidenceKind.DEVICE)) is not None:
        for kind, column in ((TieKind.DEVICE, "device"), (TieKind.NETWORK, "network")):
            yield from _first_known(devices, kind, column)
    if (points := known.get(EvidenceKind.CONTACT_POINT)) is not None:
        yield from _first_known(points, TieKind.CONTACT, "point")


def _owned(relations: pl.DataFrame | None) -> pl.DataFrame:
    if relations is None:
        return pl.DataFrame(schema=_OWNED)
    return relations.filter(pl.col("relation").is_in(_OWNING)).select("party", "other", "known_on")


def _owners(owned: pl.DataFrame, called: Mapping[str, str]) -> Iterator[Tie]:
    """Two firms of one owner are tied by the owner, who is tied to neither."""
    return (Tie(called[firm], TieKind.OWNER, owner, since) for owner, firm, since in owned.iter_rows() if firm in called)


def _first_known(frame: pl.DataFrame, kind: TieKind, column: str) -> Iterator[Tie]:
    named = frame.filter(pl.col(column).fill_null("") != "").group_by("party", column).agg(pl.col("known_on").min())
    return (Tie(party, kind, mark, since) for party, mark, since in named.iter_rows())


def _lately(invoices: pl.DataFrame | None, net: Network) -> pl.DataFrame:
    """Invoices of the days of trade, each with its `fen` if it is a sale that stands: void invoices are none."""
    if invoices is None:
        return pl.DataFrame(schema={**_SOLD, "sale": pl.Boolean})
    lately = invoices.filter(pl.col("issued_on").is_between(net.since, net.as_of, closed="right"))
    sale = (pl.col("side") == "sale") & (pl.col("status") == "valid")
    return lately.select("party", "counterparty", fen=pl.when(sale).then(pl.col("gross_fen")).otherwise(0), sale=sale)


def _sold(lately: pl.DataFrame) -> pl.DataFrame:
    return lately.filter("sale").select(*_SOLD)


def _turnover(before: Mapping[str, int], lately: pl.DataFrame) -> dict[str, int]:
    """Everybody's who has an invoice, sold or bought."""
    fresh = dict(lately.group_by("party").agg(pl.col("fen").sum()).iter_rows())
    return {**before, **{party: before.get(party, 0) + fen for party, fen in fresh.items()}}


def _between(sold: pl.DataFrame, called: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    """Sales between parties as their sellers tell them."""
    names = pl.DataFrame(
        {"counterparty": list(called), "buyer": list(called.values())}, schema={"counterparty": pl.String, "buyer": pl.String}
    )
    return sold.join(names, on="counterparty").select("party", "buyer", "fen").iter_rows()
