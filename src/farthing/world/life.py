"""What a borrower does after the decision: a script of acts, fixed by a seed before anything happens.

The script knows no balances: it says `draw a third of the headroom` or `pay what is due`, and the flow that plays it turns
that into amounts. A life scripted for a real enterprise is a simulation and is labelled so wherever it shows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from farthing.domain.calendar import add_months

PPM = 1_000_000


class Verb(StrEnum):
    """What a borrower may do on a day."""

    DRAW = "draw"  # `share_ppm` of the headroom
    PAY_DUE = "pay_due"  # `share_ppm` of what is due and overdue
    PAY_OFF = "pay_off"  # everything owed


@dataclass(frozen=True, slots=True)
class Act:
    """One act on one day."""

    on: dt.date
    verb: Verb
    share_ppm: int = PPM


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Under which a life is lived: the line's days, and how likely (ppm) distress is within twelve months.

    `strikes_on` overrides chance where the world knows the borrower's fate; `revolves` borrowers draw and pay back often.
    """

    key: str
    opened_on: dt.date
    ends_on: dt.date
    due_day: int
    pd_ppm: int
    strikes_on: dt.date | None = None
    fated: bool = False
    revolves: bool = False


def live(seed: int, circumstances: Circumstances) -> tuple[Act, ...]:
    """The acts of one life in order of day."""
    rng = np.random.default_rng([seed, *circumstances.key.encode("utf-8")])
    distress = _distress(rng, circumstances)
    acts = [*_draws(rng, circumstances, distress), *_payments(rng, circumstances, distress)]
    return tuple(sorted(acts, key=lambda act: (act.on, act.verb)))


def _distress(rng: np.random.Generator, life: Circumstances) -> dt.date | None:
    """The day money runs out, if it does. Distress is more common than default: some cure, so PD is raised by a half."""
    roll, day = float(rng.random()), int(rng.integers(30, 365))
    if life.fated:
        return life.strikes_on
    return life.opened_on + dt.timedelta(days=day) if roll < 1.5 * life.pd_ppm / PPM else None


def _draws(rng: np.random.Generator, life: Circumstances, distress: dt.date | None) -> list[Act]:
    """The first draw within three weeks; a revolving borrower draws again every month or two, faster when trouble nears."""
    acts = [Act(life.opened_on + dt.timedelta(days=int(rng.integers(1, 21))), Verb.DRAW, int(rng.integers(300_000, 950_000)))]
    day = acts[0].on
    while life.revolves:
        near = distress is not None and abs((distress - day).days) < 90
        day = day + dt.timedelta(days=int(rng.integers(12, 30 if near else 75)))
        if day >= life.ends_on or (distress is not None and day > distress):
            break
        acts.append(Act(day, Verb.DRAW, int(rng.integers(150_000, 800_000))))
    return [act for act in acts if act.on < life.ends_on]


def _payments(rng: np.random.Generator, life: Circumstances, distress: dt.date | None) -> list[Act]:
    """On or around each due day: on time, now and then a few days late; after distress part, then nothing, then perhaps a cure."""
    habit = float(rng.beta(1.2, 14.0))
    cures = distress is not None and float(rng.random()) < 0.35
    back = distress + dt.timedelta(days=int(rng.integers(25, 150))) if cures and distress is not None else None
    acts: list[Act] = []
    due = life.opened_on.replace(day=life.due_day)
    due = due if due > life.opened_on else add_months(due, 1)
    while due <= life.ends_on:
        late = int(rng.geometric(0.25)) if float(rng.random()) < habit else 0
        day = due + dt.timedelta(days=late)
        troubled = distress is not None and day > distress and (back is None or day < back)
        if not troubled:
            acts.append(Act(day, Verb.PAY_DUE))
            if life.revolves and float(rng.random()) < 0.35:
                acts.append(Act(day + dt.timedelta(days=int(rng.integers(1, 12))), Verb.PAY_OFF))
        elif distress is not None and (day - distress).days < 45:
            acts.append(Act(day, Verb.PAY_DUE, int(rng.integers(200_000, 700_000))))
        due = add_months(due, 1)
    if back is not None and back < life.ends_on:
        acts.append(Act(back, Verb.PAY_OFF if float(rng.random()) < 0.5 else Verb.PAY_DUE))
    return [act for act in acts if act.on <= life.ends_on]
