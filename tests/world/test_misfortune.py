"""Faults by a seed: the same day breaks the same way, at most once a command, and all kinds come."""

from __future__ import annotations

import datetime as dt

from farthing.world.misfortune import MOMENTS, SIZES, Fault, Strike, strikes

FIRST = dt.date(2025, 1, 6)
KEYS = [f"sim:{number}:1" for number in range(150)]


def _year(seed: int, wanted: tuple[Fault, ...] = tuple(Fault)) -> list[Strike]:
    return [one for number in range(365) for one in strikes(seed, FIRST + dt.timedelta(days=number), KEYS, wanted)]


def test_a_day_is_fixed_by_its_seed() -> None:
    assert strikes(1, FIRST, KEYS, tuple(Fault)) == strikes(1, FIRST, KEYS, tuple(Fault))
    assert _year(1) != _year(2)


def test_a_command_is_struck_once_and_every_fault_at_every_moment_it_may() -> None:
    found = strikes(1, FIRST, KEYS, tuple(Fault))
    assert len({one.key for one in found}) == len(found)
    assert {(one.fault, one.moment) for one in _year(1)} == {(fault, moment) for fault, moments in MOMENTS.items() for moment in moments}
    for one in _year(1):
        least, below = SIZES.get(one.fault, (0, 1))
        assert least <= one.size < below


def test_only_what_is_wanted_strikes() -> None:
    assert {one.fault for one in _year(1, (Fault.LOST, Fault.FULL))} == {Fault.LOST, Fault.FULL}
    assert _year(1, ()) == []
    assert strikes(1, FIRST, [], tuple(Fault)) == ()


def test_whether_a_message_is_lost_does_not_change_with_the_others() -> None:
    lost = {one.key for one in strikes(3, FIRST, KEYS, (Fault.LOST,))}
    assert lost
    assert {one.key for one in strikes(3, FIRST, KEYS[::2], (Fault.LOST,))} == lost & set(KEYS[::2])
