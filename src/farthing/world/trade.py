"""Demand becomes invoices: between the world's merchants and with the outside, with returns, voids, fakes and a ring."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from farthing.domain.calendar import add_months
from farthing.world.economy import Economy, FloatArray, stream
from farthing.world.people import Fate

IntArray = npt.NDArray[np.int64]
OUTSIDE_BUYERS, OUTSIDE_SUPPLIERS = 40, 12  # how many outside names one merchant trades with


@dataclass(frozen=True, slots=True)
class Flow:
    """Planned trade: yuan from `buyer` to `seller` in one month; -1 stands for the outside."""

    seller: int
    buyer: int
    month: int
    yuan: float


def invoices(economy: Economy) -> pl.DataFrame:
    """All invoices as each merchant's tax account shows them: canonical `invoice` columns without `known_on` and `row`.

    A sale between two merchants stands twice, once as the seller's sale and once as the buyer's purchase, under one number.
    """
    rng = stream(economy.plan, "trade")
    cells = _split(rng, economy, _flows(economy))
    sales = _side(economy, cells, seller_side=True)
    purchases = _side(economy, cells, seller_side=False)
    return pl.concat([sales, purchases]).sort("party", "issued_on", "invoice_no", "side")


def _flows(economy: Economy) -> list[Flow]:
    """Purchases follow the buyer's demand less margin; what the world does not buy from a merchant, the outside does."""
    demand, people = economy.demand, economy.merchants
    cells, inside = bought(economy), sold_inside(economy)
    flows: list[Flow] = []
    for buyer in range(len(people)):
        chosen, budget = cells.get(buyer, {}), _budget(economy, buyer)
        share = _share(len(chosen))
        for month in range(economy.plan.months):
            flows.extend(Flow(seller, buyer, month, float(yuan[month])) for seller, yuan in chosen.items() if yuan[month] > 50.0)
            flows.append(Flow(-1, buyer, month, float(budget[month] * (1.0 - share * len(chosen)))))
    for seller in range(len(people)):
        flows.extend(
            Flow(seller, -1, month, float(max(demand[seller, month] - inside[seller, month], 0.0))) for month in range(economy.plan.months)
        )
    flows.extend(_circle(economy))
    return [flow for flow in flows if flow.yuan > 50.0]


def bought(economy: Economy) -> dict[int, dict[int, FloatArray]]:
    """Buyer to each of its suppliers to what it buys there, month by month, in yuan; cells of fifty yuan and less are no trade."""
    suppliers: dict[int, list[int]] = {}
    for buyer, seller in economy.links:
        suppliers.setdefault(buyer, []).append(seller)
    return {
        buyer: {seller: np.minimum(_budget(economy, buyer) * _share(len(chosen)), 0.35 * economy.demand[seller]) for seller in chosen}
        for buyer, chosen in suppliers.items()
    }


def sold_inside(economy: Economy) -> FloatArray:
    """What each merchant sells to the world's others, month by month, in yuan."""
    inside = np.zeros_like(economy.demand)
    for chosen in bought(economy).values():
        for seller, yuan in chosen.items():
            inside[seller] += np.where(yuan > 50.0, yuan, 0.0)
    return inside


def _budget(economy: Economy, buyer: int) -> FloatArray:
    return np.asarray(economy.demand[buyer] * (1.0 - economy.merchants[buyer].industry.margin_ppm / 1e6) * 0.92, dtype=np.float64)


def _share(suppliers: int) -> float:
    return 0.75 / suppliers if suppliers else 0.0


def _circle(economy: Economy) -> list[Flow]:
    """The ring: each member sells about the same amount to the next for the last eight months, so turnover grows and goods do not."""
    months = range(economy.plan.months - 8, economy.plan.months)
    pairs = list(zip(economy.ring, economy.ring[1:] + economy.ring[:1], strict=True))
    return [Flow(seller, buyer, month, 260_000.0) for month in months for seller, buyer in pairs]


def _split(rng: np.random.Generator, economy: Economy, flows: list[Flow]) -> pl.DataFrame:
    """Each flow becomes a few invoices: sizes around the seller's ticket, days spread over the month."""
    people = economy.merchants
    yuan = np.array([flow.yuan for flow in flows])
    actor = np.array([flow.seller if flow.seller >= 0 else flow.buyer for flow in flows])
    ticket = np.array([people[i].industry.ticket_yuan for i in actor], dtype=np.float64)
    count = np.clip(rng.poisson(np.minimum(np.sqrt(yuan / ticket) * 1.8, 14.0)), 1, 24)
    flow_of = np.repeat(np.arange(len(flows)), count)
    part = rng.gamma(2.0, 1.0, len(flow_of))
    whole = np.bincount(flow_of, weights=part, minlength=len(flows))
    gross_fen = np.maximum(np.rint(yuan[flow_of] * 100.0 * part / whole[flow_of]).astype(np.int64), 100)
    firsts = np.array([add_months(economy.plan.start, month).toordinal() for month in range(economy.plan.months)])
    month = np.array([flow.month for flow in flows])[flow_of]
    day = firsts[month] + rng.integers(0, 28, len(flow_of))
    buyer = np.array([flow.buyer for flow in flows])[flow_of]
    seller = np.array([flow.seller for flow in flows])[flow_of]
    status_roll, return_roll = rng.random(len(flow_of)), rng.random(len(flow_of))
    void, returned = _quality(economy, seller, month, status_roll, return_roll)
    tax_ppm = np.array([people[i].industry.tax_ppm for i in actor], dtype=np.int64)[flow_of]
    net_fen = (gross_fen * 1_000_000 + (1_000_000 + tax_ppm) // 2) // (1_000_000 + tax_ppm)
    sign = np.where(returned & ~void, -1, 1)
    return pl.DataFrame(
        {
            "seller": seller,
            "buyer": buyer,
            "day": day,
            "net_fen": sign * net_fen,
            "tax_fen": sign * (gross_fen - net_fen),
            "gross_fen": sign * gross_fen,
            "void": void,
            "outside": _outside(rng, flow_of),
            "number": np.arange(10_000_001, 10_000_001 + len(flow_of)),
        }
    )


def _quality(
    economy: Economy, seller: IntArray, month: IntArray, void_roll: npt.NDArray[np.float64], return_roll: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Voids and returns: a few for everyone, more from the weak, and the inventors of sales void what they invented."""
    quality = np.array([merchant.quality for merchant in economy.merchants] + [0.0])[seller]
    fakes = np.array([merchant.fate is Fate.FAKE_SALES for merchant in economy.merchants] + [False])[seller]
    strikes = np.array([merchant.strikes for merchant in economy.merchants] + [10**6])[seller]
    faking = fakes & (month >= strikes - 5) & (month < strikes)
    void = void_roll < np.where(faking, 0.30, 0.050 - 0.030 * np.tanh(quality))
    returned = return_roll < 0.022 - 0.016 * np.tanh(quality)
    return void, returned


def _outside(rng: np.random.Generator, flow_of: IntArray) -> IntArray:
    """A skewed choice among outside names: a few large, many small."""
    return np.asarray(np.floor(OUTSIDE_BUYERS * rng.random(len(flow_of)) ** 2.2), dtype=np.int64)


def _side(economy: Economy, cells: pl.DataFrame, *, seller_side: bool) -> pl.DataFrame:
    own, other = ("seller", "buyer") if seller_side else ("buyer", "seller")
    keys = pl.DataFrame({"index": range(len(economy.merchants)), "key": [merchant.key for merchant in economy.merchants]})
    names = OUTSIDE_BUYERS if seller_side else OUTSIDE_SUPPLIERS
    rows = cells.filter(pl.col(own) >= 0).join(keys, left_on=own, right_on="index").rename({"key": "party"})
    rows = rows.join(keys, left_on=other, right_on="index", how="left")
    outside = pl.format("{}{}-{}", pl.lit("B" if seller_side else "S"), pl.col("party"), pl.col("outside") % names)
    return rows.select(
        "party",
        pl.lit("sale" if seller_side else "purchase").alias("side"),
        pl.col("number").cast(pl.String).alias("invoice_no"),
        (pl.col("day") - dt.date(1970, 1, 1).toordinal()).cast(pl.Int32).cast(pl.Date).alias("issued_on"),
        pl.coalesce(pl.col("key"), outside).alias("counterparty"),
        "net_fen", "tax_fen", "gross_fen",
        pl.when("void").then(pl.lit("void")).otherwise(pl.lit("valid")).alias("status"),
    )  # fmt: skip
