"""The leak check, told: how well each feature that a model reads tells bads from goods by itself."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.domain.model_card import Measure
from farthing.models.leak import TOO_GOOD, alone
from farthing.models.sample import Sample

HOW = f"单独的 AUC；高于 {TOO_GOOD} 就不许训练。 AUC of it alone; above {TOO_GOOD} nothing is trained."


def leak_checks(sample: Sample, features: Sequence[str]) -> tuple[Measure, ...]:
    """One measure a numeric feature, the best first."""
    found = {name: alone(*sample.columns[name], sample.bad) for name in features if name not in sample.categories}
    ranked = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Measure(f"leak_{name}", f"{area:.3f}", f"{area:.3f}", f"{area:.3f}", HOW) for name, area in ranked)
