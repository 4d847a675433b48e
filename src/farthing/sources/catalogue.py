"""The product catalogue, the policies and the model that come with the house, read from the files beside this one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from farthing.domain import canon
from farthing.domain.bill.product import BillProduct
from farthing.domain.errors import Invalid
from farthing.domain.ids import Prefix, require_prefix
from farthing.domain.model_card import HOME_MARKET, ModelCard
from farthing.domain.money import parse_yuan
from farthing.domain.party import PartyKind
from farthing.domain.product import YEAR_DAYS, Claim, Harvest, Product, RepaymentMethod, Share
from farthing.domain.rate import PPM, Basis, Rate

_HERE = files("farthing.sources")
_UNITS = {Basis.DAY: 100_000_000, Basis.YEAR_360: PPM, Basis.YEAR_365: PPM}


@cache
def packaged_products() -> Mapping[str, Product]:
    """The products of the catalogue file by code."""
    return read_products((_HERE / "catalogue" / "products.yaml").read_text(encoding="utf-8"))


@cache
def packaged_bill_product() -> BillProduct:
    """The bill business of the catalogue file."""
    return read_bill_product((_HERE / "catalogue" / "bills.yaml").read_text(encoding="utf-8"))


def packaged_policies() -> tuple[str, ...]:
    """The texts of the policies that come with the house, by file name."""
    return tuple(
        path.read_text(encoding="utf-8")
        for path in sorted((_HERE / "policies").iterdir(), key=lambda path: path.name)
        if path.name.endswith(".yaml")
    )


def packaged_fraud_model() -> tuple[ModelCard, bytes]:
    """The anti-fraud model that comes with the demonstration, and its card: `tools/fraud_model.py` makes both anew."""
    card, artefact = ((_HERE / "models" / f"anti_fraud.{part}.json").read_bytes() for part in ("card", "model"))
    return canon.decode(ModelCard, card), artefact


def read_products(text: str) -> dict[str, Product]:
    """Products by code; `Invalid` names the product and what is wrong with it, the all-in cap of IL-15 and PR-04 included."""
    rows = yaml.load(text, Loader=yaml.BaseLoader)["products"]  # noqa: S506 - BaseLoader builds text, lists and maps only
    products: dict[str, Product] = {}
    for row in rows:
        product = _product(row)
        _keep_under_cap(product)
        if product.code in products:
            raise Invalid("bad_product", f"Product {product.code} stands twice.", "Mend the catalogue file.", field=product.code)
        products[product.code] = product
    return products


def _product(row: Mapping[str, Any]) -> Product:
    try:
        basis = Basis(row["rate_basis"])
        return Product(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            parties=tuple(map(PartyKind, row["parties"])),
            limit_min_fen=parse_yuan(row["limit_min_yuan"]),
            limit_max_fen=parse_yuan(row["limit_max_yuan"]),
            draw_min_fen=parse_yuan(row["draw_min_yuan"]),
            rate_basis=basis,
            rate_min_units=_whole(Fraction(row["rate_min"]) * _UNITS[basis]),
            rate_max_units=_whole(Fraction(row["rate_max"]) * _UNITS[basis]),
            tenor_months=int(row["tenor_months"]),
            line_months=int(row["line_months"]),
            repayments=tuple(map(RepaymentMethod, row["repayments"])),
            due_day=int(row["due_day"]),
            business_days=row["business_days"] == "true",
            same_day_days=int(row["same_day_days"]),
            grace_days=int(row["grace_days"]),
            waterfall=tuple(map(Claim, row["waterfall"])),
            prepayment_fee_fen=parse_yuan(row["prepayment_fee_yuan"]),
            penalty_ppm=_whole(Fraction(row["penalty"]) * PPM),
            all_in_cap_ppm=_whole(Fraction(row["all_in_cap"]) * PPM),
            consumption_cap_fen=parse_yuan(row["consumption_cap_yuan"]),
            revolving=row["revolving"] == "true",
            shares=tuple(
                Share(require_prefix(partner, Prefix.PARTY), _whole(Fraction(part) * PPM))
                for partner, part in row.get("partners", {}).items()
            ),
            harvests=tuple(_harvest(crop, day) for crop, day in row.get("harvests", {}).items()),
            secured=row.get("secured") == "true",
            long_months=int(row.get("long_months", 0)),
            market=str(row.get("market", HOME_MARKET)),
        )
    except KeyError as missing:
        raise Invalid("bad_product", f"Product {row.get('code', '?')} lacks {missing}.", "Mend the catalogue file.") from None
    except (ValueError, TypeError, AttributeError) as wrong:
        raise Invalid("bad_product", f"Product {row.get('code', '?')}: {wrong}.", "Mend the catalogue file.") from None


def read_bill_product(text: str) -> BillProduct:
    """The bill business; `Invalid` says what is wrong with it."""
    row = yaml.load(text, Loader=yaml.BaseLoader)["bill"]  # noqa: S506 - BaseLoader builds text, lists and maps only
    try:
        basis = Basis(row["rate_basis"])
        return BillProduct(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            face_min_fen=parse_yuan(row["face_min_yuan"]),
            face_max_fen=parse_yuan(row["face_max_yuan"]),
            rate_basis=basis,
            rate_min_units=_whole(Fraction(row["rate_min"]) * _UNITS[basis]),
            rate_max_units=_whole(Fraction(row["rate_max"]) * _UNITS[basis]),
            recourse_units=_whole(Fraction(row["recourse_rate"]) * _UNITS[basis]),
            most_months=int(row["most_months"]),
            second_person_fen=parse_yuan(row["second_person_yuan"]),
            seller_cap_fen=parse_yuan(row["seller_cap_yuan"]),
            acceptor_cap_fen=parse_yuan(row["acceptor_cap_yuan"]),
            bank_cap_fen=parse_yuan(row["bank_cap_yuan"]),
        )
    except KeyError as missing:
        raise Invalid("bad_product", f"The bill business lacks {missing}.", "Mend the catalogue file.") from None
    except (ValueError, TypeError) as wrong:
        raise Invalid("bad_product", f"The bill business: {wrong}.", "Mend the catalogue file.") from None


def _harvest(crop: str, day: str) -> Harvest:
    sold = dt.date.fromisoformat(f"2023-{day}")  # a common year: no harvest is sold by the 29th of February
    return Harvest(crop, sold.month, sold.day)


def _whole(value: Fraction) -> int:
    if value.denominator != 1:
        raise ValueError(f"{value} is finer than one unit")
    return value.numerator


def _keep_under_cap(product: Product) -> None:
    """The dearest case: the top rate for a year, simple (PR-02), and the fee on the smallest draw; penalty takes what room is left."""
    top = Rate(product.rate_max_units, product.rate_basis).daily() * YEAR_DAYS
    all_in = top + Fraction(product.prepayment_fee_fen, product.draw_min_fen)
    if all_in > Fraction(product.all_in_cap_ppm, PPM):
        cost = f"{float(all_in):.2%}"
        raise Invalid(
            "above_all_in_cap",
            f"Product {product.code} could cost {cost} a year (simple), above its cap.",
            "Lower the rate.",
            field=product.code,
        )
