"""A bank that holds what it may know of a small world with a ring in it, and one fraud model.

Both are made once: a world of every kind takes seconds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from tests.flows.bank import SYSTEM, open_bank
from tests.models.fraud.made_up import cases
from tests.store_fixture import Database

from farthing.domain.evidence import EvidenceKind
from farthing.domain.staff import Accountable
from farthing.flows.imagine import Imagined, imagine
from farthing.flows.intake import IntakeRequest, intake
from farthing.flows.ports import House
from farthing.models.boosted.model import pd_many
from farthing.models.fraud.card import Developed
from farthing.models.fraud.develop import Terms, develop, judge, plain
from farthing.world.economy import Plan

PLAN = Plan(seed=5, merchants=40)
KINDS = {
    EvidenceKind.ENTERPRISE, EvidenceKind.INVOICE, EvidenceKind.DEVICE, EvidenceKind.CONTACT_POINT, EvidenceKind.BUREAU_ENQUIRY,
    EvidenceKind.REGISTRY_ENTRY, EvidenceKind.OWNER_PROFILE, EvidenceKind.METER_READING,
}  # fmt: skip


@pytest.fixture(scope="session")
def imagined() -> Imagined:
    return imagine(PLAN, every=True)


@pytest.fixture(scope="module")
def house(imagined: Imagined, new_database: Callable[[], Database], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_bank(new_database(), tmp_path_factory.mktemp("bank"), dt.date(2024, 1, 1)) as made:
        intake(made, SYSTEM, IntakeRequest(tuple(table for table in imagined.tables if table.kind in KINDS)), "world")
        yield made


@pytest.fixture(scope="session")
def developed() -> Developed:
    """Of made-up cases, which is quicker than of made-up worlds."""
    pytest.importorskip("lightgbm")
    (sample, group), (apart, _) = cases(), cases(seed=12)
    model = develop(sample, group, Terms())
    judged = judge(pd_many(model.trees, apart).astype(np.float64), apart.bad, {"false_sales": apart.bad}, 1)
    beside = judge(plain(sample, apart), apart.bad, {"false_sales": apart.bad}, 1)
    return Developed("试 a test", "cases", dt.date(2025, 12, 31), sample, model, judged, beside, Accountable("王敏", "李强"))
