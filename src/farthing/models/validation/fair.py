"""Whether a score treats groups alike that it never reads: who would be approved, the good among them, and whether its PDs are as right.

Groups of fewer than thirty cases say nothing and are left out. A share is compared with that of the group that fares best; good cases of
every group should be approved alike (M. Hardt, E. Price, N. Srebro, NeurIPS 2016), which shares of all cases need not be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from farthing.domain.model_card import Measure
from farthing.quant.binning import Bools, Floats
from farthing.quant.discrimination import wilson

FEWEST, APPROVED, MOST = 30, 0.7, 12
Groups = npt.NDArray[np.str_]


def fair(groups: Mapping[str, Groups], probability: Floats, bad: Bools) -> tuple[Measure, ...]:
    """`fair_{by}={group}` for the groups of each kind that has two to compare, the empty one apart: the share that would be among the
    safest seven tenths of all."""
    safe = probability <= np.quantile(probability, APPROVED, method="higher")
    return tuple(one for by, group in groups.items() for one in _by(by, group, (safe, probability, bad)))


def compared(group: Groups) -> list[str]:
    """The groups that have enough cases, the largest first, a dozen at most; none where fewer than two have."""
    names, counts = np.unique(group[group != ""], return_counts=True)
    enough = sorted(((count, name) for name, count in zip(names.tolist(), counts.tolist(), strict=True) if count >= FEWEST), reverse=True)
    return [name for _, name in enough[:MOST]] if len(enough) > 1 else []


def _by(by: str, group: Groups, found: tuple[Bools, Floats, Bools]) -> Iterator[Measure]:
    safe, probability, bad = found
    names = compared(group)
    share = {name: float(safe[group == name].mean()) for name in names}
    best = max(share.values(), default=1.0) or 1.0
    for name in names:
        here = group == name
        low, high = wilson(int(safe[here].sum()), int(here.sum()))
        goods = f"{safe[here & ~bad].mean():.0%}" if (here & ~bad).any() else "—"
        ratio, cases, bads = share[name] / best, int(here.sum()), int(bad[here].sum())
        foretold, came = f"{probability[here].mean():.3f}", f"{bad[here].mean():.3f}"
        zh = f"最高组份额的 {ratio:.2f}；{cases} 例，{bads} 个违约；其好客户 {goods} 获批；预测 {foretold}，实际 {came}"
        en = (
            f"A ratio of {ratio:.2f} to the best group's share; {cases} cases, {bads} bad; {goods} of its good ones approved; predicted "
            f"{foretold}, observed {came}; the group is not read."
        )
        yield Measure(f"fair_{by}={name}", f"{share[name]:.3f}", f"{low:.3f}", f"{high:.3f}", f"{zh}；模型不读此组。 {en}")
