"""The internal rate of return of dated amounts, for disclosure of cost (PR-02); never used to charge anybody."""

from __future__ import annotations

from collections.abc import Sequence

_LOWEST, _HIGHEST, _PRECISION = 1e-6, 1e9, 1e-13


def irr(times: Sequence[float], amounts: Sequence[float]) -> float:
    """The rate a period at which the amounts, discounted over their times (in periods), sum to zero.

    Bisection on the logarithm of the growth factor: amounts received first and paid later (or the reverse) have exactly one
    root. Raises ValueError when there is no change of sign between growth factors of 1e-6 and 1e9 a period.
    """
    low, high = _LOWEST, _HIGHEST
    sign = _present(times, amounts, low)
    if sign == 0 or sign * _present(times, amounts, high) > 0:
        raise ValueError("these amounts have no internal rate of return")
    while high / low - 1 > _PRECISION:
        middle = float((low * high) ** 0.5)
        if sign * _present(times, amounts, middle) > 0:
            low = middle
        else:
            high = middle
    return float((low * high) ** 0.5) - 1


def _present(times: Sequence[float], amounts: Sequence[float], growth: float) -> float:
    return float(sum(amount * growth**-time for time, amount in zip(times, amounts, strict=True)))
