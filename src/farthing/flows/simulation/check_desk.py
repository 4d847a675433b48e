"""Bills and houses: who depends on whom adds up, nothing is financed twice, and no limit rests on what no house carries."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from farthing.domain.bill.bill import BILLS, BillStatus
from farthing.domain.bill.event import BillDiscounted
from farthing.domain.collateral.event import LimitRaised
from farthing.domain.collateral.house import HouseStage
from farthing.domain.posting import Account
from farthing.flows.simulation.evening import Evening, Wrong
from farthing.ledger.bill.exposure import exposures
from farthing.ledger.bill.posting import entries
from farthing.ledger.collateral import carried_fen
from farthing.ledger.posting import sums

ONE_DAY = dt.timedelta(days=1)
CAME_TO_NOTHING = (BillStatus.REFUSED, BillStatus.RETURNED)


def bills_and_houses_are_their_folds(evening: Evening) -> Iterator[Wrong]:
    """What the bank holds of each, and the columns by which it finds them, is the fold of its events."""
    for bill, due in evening.bills.items():
        if evening.house.bills.get(bill) != due or not evening.house.bills.repeats(bill):
            yield bill, f"{due.status.value} after {due.events} events", f"{evening.house.bills.get(bill)}"[:300]
    broken = {*evening.house.bills.ids(), *evening.house.collateral.houses.ids()} - {*evening.bills, *evening.houses}
    yield from ((of, "events that come to something", "events that do not follow each other") for of in sorted(broken))
    for of, fold in evening.houses.items():
        if evening.house.collateral.houses.get(of) != fold or not evening.house.collateral.houses.repeats(of):
            yield of, f"{fold.stage.value} after {fold.events} events", f"{evening.house.collateral.houses.get(of)}"[:300]


def bills_and_houses_count_what_was_answered(evening: Evening) -> Iterator[Wrong]:
    """As many events as answers speak of."""
    for of, events in {**{bill: one.events for bill, one in evening.bills.items()},
                       **{of: one.events for of, one in evening.houses.items()}}.items():  # fmt: skip
        told = evening.notebook.lines[of].events
        if events != told:
            yield of, f"{told} events", f"{events} events"


def exposures_are_the_faces_left(evening: Evening) -> Iterator[Wrong]:
    """What a party owes on bills is the faces left of those it accepted or sold, and no more than its cap."""
    due = exposures(evening.bills.values())
    for party, fen in due.items():
        found = exposures(evening.house.bills.exposed_to(party)).get(party, 0)
        if found != fen:
            yield party, str(fen), str(found)
        if fen > evening.house.bill_product.bank_cap_fen:
            yield party, f"at most {evening.house.bill_product.bank_cap_fen}", str(fen)


def nothing_is_financed_twice(evening: Evening) -> Iterator[Wrong]:
    """A number is one bill's, an invoice stands behind one that is alive, and the bank buys a bill once."""
    numbers = Counter(state.bill.number for state in evening.bills.values())
    alive = [state for state in evening.bills.values() if state.status not in CAME_TO_NOTHING]
    marks = Counter(one.mark for state in alive for one in state.trade)
    yield from ((item, "one bill", f"{count} bills") for item, count in (numbers + marks).items() if count > 1)
    for bill, state in evening.bills.items():
        bought = sum(isinstance(event.body, BillDiscounted) for event in evening.events(bill))
        if bought != int(state.discount is not None) or (state.status in CAME_TO_NOTHING and state.exposure_fen):
            yield bill, "bought once, if at all", f"{bought} times"
        due = frozenset() if state not in alive else frozenset(one.mark for one in state.trade)
        if evening.house.bills.backing(bill) != due:
            yield bill, f"{len(due)} invoices of its own", "others"


def bill_postings_are_the_bills(evening: Evening) -> Iterator[Wrong]:
    """Of each bill they sum to zero, and of all bills they are what was posted."""
    due: dict[Account, int] = defaultdict(int)
    for bill, state in evening.bills.items():
        of = entries(state, evening.day)
        if fen := sum(of.values()):
            yield bill, "0", str(fen)
        for account, fen in of.items():
            due[account] += fen
    posted = {
        account: fen for (product, account), fen in sums(evening.house.lines.posted(evening.day + ONE_DAY)).items() if product == BILLS
    }
    for account in sorted({*due, *posted}):
        if due[account] != posted.get(account, 0):
            yield f"{BILLS} {account.value}", str(due[account]), str(posted.get(account, 0))


def lent_against_the_lower_end(evening: Evening) -> Iterator[Wrong]:
    """A lending value is the lower end of its interval, and no house carries more than its share of that."""
    for of, state in evening.houses.items():
        if state.valuation is None:
            continue
        low = min(state.valuation.low_fen, state.valuation.mid_fen, state.valuation.high_fen)
        carried = carried_fen(state, evening.house.collateral.grid, 12)
        if state.valuation.lending_fen > low or carried > low:
            yield of, f"at most {low}", f"{state.valuation.lending_fen} to lend against, {carried} carried"


def no_limit_rests_on_what_no_lien_covers(evening: Evening) -> Iterator[Wrong]:
    """Nothing before a lien is registered or after it is gone, never more than it secures, at a raise no more than the house carries."""
    for of, state in evening.houses.items():
        most = state.lien.secured_fen if state.lien is not None and state.stage is HouseStage.REGISTERED else 0
        if state.lien is not None and any(isinstance(event.body, LimitRaised) for event in evening.fresh(of)):
            months = evening.house.lines.get(state.lien.line).terms.tenor_months
            most = min(most, carried_fen(state, evening.house.collateral.grid, months))
        if not 0 <= state.secured_fen <= most:
            yield of, f"0 to {most} of a limit", str(state.secured_fen)


CHECKS = (
    bills_and_houses_are_their_folds, bills_and_houses_count_what_was_answered, exposures_are_the_faces_left, nothing_is_financed_twice,
    bill_postings_are_the_bills, lent_against_the_lower_end, no_limit_rests_on_what_no_lien_covers,
)  # fmt: skip
