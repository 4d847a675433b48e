"""Made-up owners whose every answer follows one hidden quality, for the tests of scales."""

from __future__ import annotations

from functools import cache

import numpy as np

from farthing.models.construct.fit import Columns, fit_constructs
from farthing.models.construct.indicators import FEATURES
from farthing.models.construct.model import Constructs

OWNERS = 500
YES = ("owner_keeps_books", "owner_separate_account", "owner_plans_ahead", "owner_certified")
FALLING = ("vat_late_days_12m", "app_night_share_12m")


@cache
def answers() -> tuple[Columns, np.ndarray]:
    """What they told, a tenth of it missing here and there, and their quality."""
    rng = np.random.default_rng(6)
    quality = rng.standard_normal(OWNERS)
    columns: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for name in FEATURES:
        told = quality * (-1.0 if name in FALLING else 1.0) + rng.normal(0.0, 1.1, OWNERS)
        value = (told > 0) if name in YES else np.rint(100 + 30 * told)
        columns[name] = (value.astype(np.int64), rng.random(OWNERS) < 0.1)
    return columns, quality


@cache
def fitted() -> Constructs:
    """Scales of them."""
    return fit_constructs(answers()[0], "made up", synthetic=True)[0]


def facts(row: int) -> dict[str, int | None]:
    """One owner's answers by feature."""
    return {name: None if missing[row] else int(value[row]) for name, (value, missing) in answers()[0].items()}
