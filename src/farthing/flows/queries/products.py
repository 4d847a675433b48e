"""The catalogue as people read it: each product's terms, and what one draw costs at both ends of its rates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.calendar import add_months
from farthing.domain.errors import NotFound
from farthing.domain.facility import LineTerms
from farthing.domain.product import Product, RepaymentMethod
from farthing.domain.rate import PPM, Rate
from farthing.domain.staff import Actor, Role
from farthing.flows.access import require
from farthing.flows.ports import House
from farthing.ledger.accrual import posted
from farthing.ledger.quote import Cost, cost_of_draw

EXAMPLE_FEN = 1_000_000
"""The draw that examples are told for: ten thousand yuan, or the largest the product allows."""
LATE_DAYS = 10


@dataclass(frozen=True, slots=True)
class Example:
    """What one draw costs at a rate under a repayment method, and the penalty if all of it were late for some days after grace."""

    rate: Rate
    method: RepaymentMethod
    amount_fen: int
    cost: Cost
    late_days: int
    late_fen: int
    all_in_ppm: int


@dataclass(frozen=True, slots=True)
class ProductView:
    """A product, its lowest and its highest rate with an example each, and the highest rate under every repayment method."""

    product: Product
    lowest: Example
    highest: Example
    methods: tuple[Example, ...]


def products(house: House, actor: Actor) -> tuple[ProductView, ...]:
    """Every product of the catalogue, with examples drawn on the open business day."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    return tuple(_view(product, house.clock.today()) for product in house.products.values())


def product(house: House, actor: Actor, code: str) -> ProductView:
    """One product; `NotFound` for a code the catalogue does not have."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.AUDITOR, Role.SYSTEM)
    found = house.products.get(code)
    if found is None:
        raise NotFound("no_product", f"There is no product {code[:40]!r}.", f"It is one of {', '.join(house.products)}.")
    return _view(found, house.clock.today())


def example(product: Product, rate: Rate, method: RepaymentMethod, amount_fen: int, day: dt.date) -> Example:
    """What drawing `amount_fen` on `day` costs when each amount is paid on its due day (PR-01, PR-03)."""
    units = product.penalty_units(rate)
    terms = LineTerms(
        line="", party="", product=product.code, decision="", limit_fen=product.limit_max_fen, rate=rate, opened_on=day,
        expires_on=add_months(day, product.line_months), tenor_months=product.tenor_months, draw_min_fen=product.draw_min_fen,
        repayment=method, due_day=product.due_day, same_day_days=product.same_day_days, revolving=product.revolving,
        penalty_units=units, grace_days=product.grace_days, business_days=product.business_days, waterfall=product.waterfall,
    )  # fmt: skip
    all_in = Rate(rate.units + units, rate.basis).annual_simple()
    late_fen = posted(amount_fen * units * LATE_DAYS, rate)
    return Example(rate, method, amount_fen, cost_of_draw(terms, amount_fen, day), LATE_DAYS, late_fen, round(all_in * PPM))


def _view(product: Product, day: dt.date) -> ProductView:
    usual, amount_fen = product.repayments[0], min(max(EXAMPLE_FEN, product.draw_min_fen), product.limit_max_fen)
    low, high = (Rate(units, product.rate_basis) for units in (product.rate_min_units, product.rate_max_units))
    return ProductView(
        product, example(product, low, usual, amount_fen, day), example(product, high, usual, amount_fen, day),
        tuple(example(product, high, method, amount_fen, day) for method in product.repayments),
    )  # fmt: skip
