"""Scripts of borrowers: seeded, within the line's days, and riskier when the PD is higher."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from farthing.world.life import Circumstances, Verb, live

OPENED, ENDS = dt.date(2025, 1, 10), dt.date(2026, 2, 28)


def _life(key: str, pd_ppm: int = 50_000, **more: object) -> Circumstances:
    return Circumstances(key, OPENED, ENDS, due_day=21, pd_ppm=pd_ppm, **more)  # type: ignore[arg-type]


def test_a_life_is_fixed_by_its_seed_and_key() -> None:
    assert live(1, _life("lin_a")) == live(1, _life("lin_a"))
    assert live(1, _life("lin_a")) != live(2, _life("lin_a"))
    assert live(1, _life("lin_a")) != live(1, _life("lin_b"))


def test_acts_come_in_order_within_the_lines_days() -> None:
    acts = live(3, _life("lin_c", revolves=True))
    assert [act.on for act in acts] == sorted(act.on for act in acts)
    assert all(OPENED <= act.on <= ENDS for act in acts)
    assert acts[0].verb is Verb.DRAW


def test_payments_begin_on_the_first_due_day_whether_it_falls_in_the_month_of_opening_or_the_next() -> None:
    for opened, first in ((dt.date(2025, 1, 10), dt.date(2025, 1, 21)), (dt.date(2025, 1, 21), dt.date(2025, 2, 21))):
        lives = [live(seed, replace(_life("lin_f", pd_ppm=0), opened_on=opened)) for seed in range(20)]
        paid = [min(act.on for act in acts if act.verb is Verb.PAY_DUE) for acts in lives]
        assert min(paid) == first
        assert max(paid) < first + dt.timedelta(days=28)


def test_a_fated_borrower_stops_paying_in_full_after_the_day_it_strikes() -> None:
    strikes = dt.date(2025, 6, 1)
    lives = [live(seed, _life("lin_d", fated=True, strikes_on=strikes)) for seed in range(60)]
    later = [act for acts in lives for act in acts if act.on > strikes + dt.timedelta(days=200)]
    sound = [live(seed, _life("lin_d", fated=True)) for seed in range(60)]
    sound_later = [act for acts in sound for act in acts if act.on > strikes + dt.timedelta(days=200)]
    assert len(later) < 0.6 * len(sound_later)


def test_higher_pd_means_fewer_payments() -> None:
    def payments(pd_ppm: int) -> int:
        return sum(act.verb is Verb.PAY_DUE for seed in range(200) for act in live(seed, _life("lin_e", pd_ppm)))

    assert payments(400_000) < payments(10_000)
