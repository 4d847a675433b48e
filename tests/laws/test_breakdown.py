"""Laws of the drill-down: the parts of all lines add up to the posting to the fen, whatever happened and whenever the bank learned of
it."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ledger.lives import life, random_life, terms
from tests.ledger.night import close

from farthing.domain.event import Event
from farthing.domain.posting import Account
from farthing.ledger.breakdown import Known, at_close, part
from farthing.ledger.facility import fold
from farthing.ledger.posting import Key, entries, postings

LINES = 8
ONE_DAY = dt.timedelta(days=1)


def seen(events: list[Event], share: int) -> list[Event]:
    """So many eighths of a life."""
    return events[: 1 + len(events) * share // 8]


def night(book: list[list[Event]], day: dt.date) -> dict[Key, int]:
    """Balances to date by the night in columns: another road than the parts'."""
    found: Counter[Key] = Counter()
    told = [[event for event in events if event.effective_on <= day] for events in book]
    closed = close([fold(events) for events in told if events], day)
    for product, of in closed.totals.items():
        found.update(entries(product, of))
    return dict(found)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), days=st.lists(st.integers(0, 700), min_size=2, max_size=4, unique=True), late=st.integers(0, 8))
def test_the_parts_of_all_lines_add_up_to_every_posting(seed: int, days: list[int], late: int) -> None:
    """The last night knows all; those before it knew a part of each life, whatever day the rest is dated on."""
    lives = [random_life(seed + number) for number in range(LINES)]
    start = min(of.opened_on for of, _ in lives)
    before, then = dict[Key, int](), [Known(start, ()) for _ in lives]
    for number, ahead in enumerate(sorted(days)):
        day = start + dt.timedelta(days=ahead)
        book = [seen(events, 8 if number == len(days) - 1 else late) for _, events in lives]
        after = night(book, day)
        now = [Known(day, events) for events in book]
        posted = Counter({row.account: row.amount_fen for row in postings(day, after, before)})
        for account in Account:
            parts = [one for pair in zip(then, now, strict=True) if (one := part(*pair, account)) is not None]
            assert sum(one.part_fen for one in parts) == posted[account]
            assert all(one.by_time_fen + one.by_events_fen == one.part_fen for one in parts)
        before, then = after, now


def test_what_came_in_while_the_night_ran_is_the_next_nights() -> None:
    events = life(terms(), [(0, "draw", 1_000_000), (5, "repay", 400_000)])
    day = dt.date(2024, 1, 15)
    knew = Known(day, tuple(events[:2]))
    state = at_close(knew)
    assert state is not None
    assert state.principal_fen == 1_000_000
    found = part(knew, Known(day + ONE_DAY, tuple(events)), Account.CASH)
    assert found is not None
    assert (found.part_fen, found.events) == (400_000, (events[2],))


def test_a_quiet_day_is_all_time_and_a_late_payment_is_all_events() -> None:
    _, events = random_life(3)
    day = max(event.effective_on for event in events)
    before, quiet = Known(day, events), Known(day + 9 * ONE_DAY, events)
    found = part(before, quiet, Account.INTEREST_INCOME)
    assert found is not None
    assert (found.by_events_fen, found.events, found.days) == (0, (), 9)
    told = part(Known(day, ()), before, Account.CASH)
    assert told is not None
    assert (told.by_time_fen, told.events) == (0, tuple(events))
