"""The merchants themselves: made-up names, latent quality, and why some of them will fail. The truth stays in `Merchant`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from farthing.domain.calendar import add_months
from farthing.domain.party import PartyKind
from farthing.world.industries import COUNTIES, INDUSTRIES, Industry


class Fate(StrEnum):
    """Why a merchant fails, or that they do not."""

    SOUND = "sound"
    LOST_BUYER = "lost_buyer"  # the biggest buyer leaves
    OVERTRADED = "overtraded"  # debts outgrew the margin
    FLOOD = "flood"  # the county's disaster
    SLUMP = "slump"  # the industry's downturn
    FAKE_SALES = "fake_sales"  # fraud: sales invented to borrow, voided afterwards
    RING = "ring"  # fraud: the same goods sold in a circle


FRAUDS = (Fate.FAKE_SALES, Fate.RING)
INVENTED_PPM = 120_000
"""How many of a million failures are invented sales, unless a plan says otherwise."""
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "安宁和顺德明志远春秋文武山河林泉石玉兰梅竹松云海月星光平正仁义礼信"
_TRADE_NAMES = "兴旺利达丰盛源泰和裕隆昌顺通恒福瑞祥聚宝"


@dataclass(frozen=True, slots=True)
class Merchant:
    """One merchant with the truth: `quality` (standard normal), `fate`, and the month (0-based, perhaps past the end) it strikes."""

    key: str
    name: str
    owner: str
    id_number: str
    phone: str
    kind: PartyKind
    industry: Industry
    county: str
    registered_on: dt.date
    opened_month: int
    scale: float
    quality: float
    fate: Fate
    strikes: int

    @property
    def defaults(self) -> bool:
        """Whether a loan running when the fate strikes ends in default."""
        return self.fate is not Fate.SOUND


def _pick(rng: np.random.Generator, letters: str, count: int) -> str:
    return "".join(letters[int(index)] for index in rng.integers(0, len(letters), count))


def person_number(rng: np.random.Generator) -> str:
    """An identity number with a right check digit and region 99, which no person has."""
    place, serial = rng.integers(0, 10_000), rng.integers(0, 1000)
    year, month, day = rng.integers(1960, 2004), rng.integers(1, 13), rng.integers(1, 29)
    body = f"99{place:04d}{year}{month:02d}{day:02d}{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]


def _fate(rng: np.random.Generator, quality: float, invented: float) -> Fate:
    fails = rng.random() < 1.0 / (1.0 + np.exp(1.75 + 1.9 * quality))
    if not fails:
        return Fate.SOUND
    honest = [share * ((1.0 - invented) / (1.0 - INVENTED_PPM / 1e6)) for share in (0.28, 0.34, 0.12, 0.14)]
    fates = (Fate.LOST_BUYER, Fate.OVERTRADED, Fate.FLOOD, Fate.SLUMP, Fate.FAKE_SALES)
    return fates[int(rng.choice(5, p=(*honest, invented)))]


def make_merchant(rng: np.random.Generator, number: int, start: dt.date, months: int, invented_ppm: int = INVENTED_PPM) -> Merchant:
    """Merchant `number`, drawn from `rng`; about one in eight opened after the world began."""
    weights = np.array([industry.weight for industry in INDUSTRIES], dtype=np.float64)
    industry = INDUSTRIES[int(rng.choice(len(INDUSTRIES), p=weights / weights.sum()))]
    county = COUNTIES[int(rng.integers(0, len(COUNTIES)))]
    farm = industry.code == "farm_produce"
    kind = PartyKind.FARM if farm else (PartyKind.PERSON if rng.random() < 0.25 else PartyKind.ENTERPRISE)
    opened_month = 0 if rng.random() > 0.125 else int(rng.integers(1, months - 3))
    age = int(rng.integers(6, 180)) if opened_month == 0 else -opened_month
    quality = float(rng.standard_normal())
    owner = _pick(rng, _SURNAMES, 1) + _pick(rng, _GIVEN, 2)
    trade_name = f"{county[:2]}{_pick(rng, _TRADE_NAMES, 2)}{industry.zh}{'户' if kind is not PartyKind.ENTERPRISE else '有限公司'}"
    return Merchant(
        key=f"W{number:05d}", name=trade_name, owner=owner, id_number=person_number(rng), phone=f"199{rng.integers(0, 10**8):08d}",
        kind=kind, industry=industry, county=county, registered_on=add_months(start, -age), opened_month=opened_month,
        scale=float(np.exp(rng.normal(0.0, 0.7) + 0.1 * quality)), quality=quality, fate=_fate(rng, quality, invented_ppm / 1e6),
        strikes=int(rng.integers(9, months + 12)),
    )  # fmt: skip
