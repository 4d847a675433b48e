"""Nights as the bank runs them: a day closed, and then the debtors looked at whose claims are non-performing in part (RC-06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from farthing.domain.ids import Id
from farthing.domain.staff import Actor
from farthing.flows.bank.review_classes import review_classes
from farthing.flows.day_end import Closed, Progress, each_night, silent
from farthing.flows.ports import House


@dataclass(frozen=True, slots=True)
class Nights:
    """The days that were closed, and the lines that RC-06 holds to a class since."""

    closed: tuple[Closed, ...]
    held: tuple[Id, ...]


def nights(house: House, actor: Actor, until: dt.date, key_prefix: str, progress: Progress = silent) -> Nights:
    """Close day after day until `until` is the open one, as `flows.day_end.run_to`; broken off, it is simply run again.

    The debtors are looked at before the first night, too: whoever closed the last day may have died before the review of it.
    """
    closed, held = list[Closed](), list(review_classes(house, actor).news)
    for one in each_night(house, actor, until, key_prefix, progress):
        closed.append(one)
        held += review_classes(house, actor).news
    return Nights(tuple(closed), tuple(held))
