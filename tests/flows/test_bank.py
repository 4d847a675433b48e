"""The bank as a whole: one debtor's claims reviewed after a night, classes proved each quarter, lines approved again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.flows.bank import AUDITOR, BORROWER, OFFICER, OPENED, RISK, SYSTEM, open_bank, opened, organisation
from tests.store_fixture import Database

from farthing.domain.arrears import LoanClass
from farthing.domain.errors import Conflict, Forbidden
from farthing.domain.ids import Id
from farthing.domain.line_event import Assessed, Reapproved, WrittenOff
from farthing.domain.party import PartyKind
from farthing.domain.product import RepaymentMethod
from farthing.flows.bank.nights import Nights, nights
from farthing.flows.bank.review_classes import review_classes
from farthing.flows.day_end import run_to
from farthing.flows.line.agree import AssessRequest, assess
from farthing.flows.line.draw import DrawRequest, draw
from farthing.flows.line.propose import ResolveRequest, propose, resolve
from farthing.flows.line.repay import RepayRequest, repay
from farthing.flows.ports import House
from farthing.flows.queries.book import Slice, book, lines_under
from farthing.flows.queries.classing import classing
from farthing.flows.queries.lines import line as look
from farthing.flows.queries.reapprovals import reapprovals


@pytest.fixture
def house(database: Database, tmp_path: Path) -> Iterator[House]:
    with open_bank(database, tmp_path) as made:
        yield made


def debtor(house: House, kind: PartyKind, bad_fen: int, good_fen: int) -> tuple[Id, Id]:
    """A party with a line that falls due after a month and is not paid, and one on which nothing falls due for a year."""
    party = organisation(house, f"合成商户{kind}{bad_fen}", kind)
    lines = []
    for number, (fen, months) in enumerate(((bad_fen, 1), (good_fen, 24))):
        of = opened(house, 10 * bad_fen + number, party=party, tenor_months=months, repayment=RepaymentMethod.AT_MATURITY, same_day_days=0)
        draw(house, SYSTEM, DrawRequest(of.line, fen), f"draw {of.line}")
        lines.append(of.line)
    return lines[0], lines[1]


def test_rc_06_after_a_night_all_claims_of_a_debtor_are_held_and_lifted_together(house: House) -> None:
    _, good = debtor(house, PartyKind.ENTERPRISE, 1_000_000, 5_000_000)
    _, fine = debtor(house, PartyKind.ENTERPRISE, 500_000, 5_000_000)
    _, hers = debtor(house, PartyKind.PERSON, 2_000_000, 2_000_000)
    late = dt.date(2024, 2, 10) + dt.timedelta(days=92)
    run_to(house, RISK, late, "days")
    assert look(house, OFFICER, good).standing.loan_class is LoanClass.NORMAL
    done = review_classes(house, SYSTEM)
    assert (done.closed_on, done.debtors, done.held, done.lifted) == (late - dt.timedelta(days=1), 2, (good,), ())
    assert look(house, OFFICER, good).standing.loan_class is LoanClass.SUBSTANDARD
    assert look(house, OFFICER, good).memory.held_at is LoanClass.SUBSTANDARD
    assert look(house, OFFICER, fine).standing.loan_class is LoanClass.NORMAL, "less than a tenth"
    assert look(house, OFFICER, hers).standing.loan_class is LoanClass.NORMAL, "a person's loans are retail"
    assert [event.body for event in house.journal.events(stream=good)][-1] == Assessed(good, LoanClass.SUBSTANDARD, "RC-06")
    with pytest.raises(Conflict) as refused:
        draw(house, SYSTEM, DrawRequest(good, 10_000), "no more is lent")
    assert refused.value.code == "draw_not_normal"


def test_rc_06_each_night_is_followed_by_the_review(house: House) -> None:
    _, good = debtor(house, PartyKind.ENTERPRISE, 1_000_000, 5_000_000)
    until = dt.date(2024, 5, 20)
    done = nights(house, RISK, until, "nights")
    assert (done.held, done.closed[-1].day, house.clock.today()) == ((good,), until - dt.timedelta(days=1), until)
    assessed = [event for event in house.journal.events(stream=good) if isinstance(event.body, Assessed)]
    assert [event.effective_on for event in assessed] == [dt.date(2024, 2, 10) + dt.timedelta(days=92)], "the day after 91 days past due"
    assert nights(house, RISK, until, "nights") == Nights((), ())


def test_rc_06_what_a_night_told_is_not_told_again_by_the_next(house: House) -> None:
    _, good = debtor(house, PartyKind.ENTERPRISE, 1_000_000, 5_000_000)
    late = dt.date(2024, 2, 10) + dt.timedelta(days=92)
    assert nights(house, RISK, late, "nights").held == (good,)
    assert nights(house, RISK, late + dt.timedelta(days=1), "nights").held == ()


def test_rc_06_a_review_that_a_death_cut_off_is_made_up_before_the_next_night(house: House) -> None:
    _, good = debtor(house, PartyKind.ENTERPRISE, 1_000_000, 5_000_000)
    late = dt.date(2024, 2, 10) + dt.timedelta(days=92)
    run_to(house, RISK, late, "nights")  # the last day was closed; whoever closed it died before the review
    assert nights(house, RISK, late + dt.timedelta(days=1), "nights").held == (good,)
    assert classes(house, late)[good] == LoanClass.SUBSTANDARD.value, "the day after knows it already"


def test_rc_06_a_review_that_a_death_cut_off_is_made_up_where_no_night_is_left(house: House) -> None:
    _, good = debtor(house, PartyKind.ENTERPRISE, 1_000_000, 5_000_000)
    late = dt.date(2024, 2, 10) + dt.timedelta(days=92)
    run_to(house, RISK, late, "nights")
    assert nights(house, RISK, late, "nights") == Nights((), (good,))


def classes(house: House, day: dt.date) -> dict[Id, str]:
    """The class of each line at the close of a day."""
    return dict(house.lines.standings(day).select("line", "loan_class").iter_rows())


def test_rc_06_a_review_is_run_again_without_effect_and_lifts_what_is_over(house: House) -> None:
    bad, good = debtor(house, PartyKind.ENTERPRISE, 1_000_000, 5_000_000)
    run_to(house, RISK, dt.date(2024, 5, 20), "days")
    first = review_classes(house, SYSTEM)
    events = len(house.journal.events(stream=good))
    assert review_classes(house, SYSTEM) == first, "the same day tells the same"
    assert review_classes(house, RISK).held == (), "another person finds nothing left to do"
    assert len(house.journal.events(stream=good)) == events
    repay(house, SYSTEM, RepayRequest(bad, 100_000), "a part")
    run_to(house, RISK, dt.date(2024, 5, 21), "next day")
    assert review_classes(house, SYSTEM).lifted == (), "something is non-performing still"
    repay(house, SYSTEM, RepayRequest(bad, look(house, OFFICER, bad).payoff.total_fen), "all of it")
    run_to(house, RISK, dt.date(2024, 5, 22), "and the next")
    assert review_classes(house, SYSTEM).lifted == (good,), "a claim of nothing is none"
    assert look(house, OFFICER, good).standing.loan_class is LoanClass.NORMAL
    with pytest.raises(Forbidden):
        review_classes(house, OFFICER)


def test_rc_06_debtors_are_found_by_their_lines_and_none_is_looked_up_alone(house: House) -> None:
    _, good = debtor(house, PartyKind.ENTERPRISE, 1_000_000, 5_000_000)
    debtor(house, PartyKind.PERSON, 2_000_000, 2_000_000)
    run_to(house, RISK, dt.date(2024, 2, 10) + dt.timedelta(days=92), "days")
    done = review_classes(replace(house, parties=None), SYSTEM)  # type: ignore[arg-type]
    assert (done.debtors, done.held) == (1, (good,))


def test_rc_06_before_a_day_was_closed_there_is_nothing_to_review(house: House) -> None:
    done = review_classes(house, SYSTEM)
    assert (done.closed_on, done.debtors, done.held) == (None, 0, ())


def test_rc_14_every_line_was_classed_in_every_quarter(house: House) -> None:
    assert classing(house, AUDITOR) == ()
    opened(house, 1)
    run_to(house, RISK, dt.date(2024, 4, 2), "days")
    opened(house, 2)
    run_to(house, RISK, dt.date(2024, 4, 5), "more")
    found = classing(house, AUDITOR)
    assert [(one.begins_on, one.last_night, one.classed, one.missing) for one in found] == [
        (dt.date(2024, 4, 1), dt.date(2024, 4, 4), 2, ()), (dt.date(2024, 1, 1), dt.date(2024, 3, 31), 1, ()),
    ]  # fmt: skip
    assert all(one.held for one in found)


def test_rc_14_a_quarter_without_a_night_says_so(house: House) -> None:
    first = opened(house, 1).line
    run_to(house, RISK, OPENED + dt.timedelta(days=1), "days")
    house.clock.open_day(dt.date(2024, 7, 1))
    run_to(house, RISK, dt.date(2024, 7, 3), "later")
    found = {one.begins_on: one for one in classing(house, AUDITOR)}
    assert (found[dt.date(2024, 4, 1)].held, found[dt.date(2024, 4, 1)].missing) == (False, (first,))
    assert found[dt.date(2024, 7, 1)].held


def test_il_03_an_officer_proposes_another_person_agrees_and_twelve_months_begin_again(house: House) -> None:
    of = opened(house)
    short = opened(house, 2, expires_on=dt.date(2025, 1, 10))
    assert reapprovals(house, OFFICER) == ()
    house.clock.open_day(dt.date(2024, 12, 15))
    (due,) = reapprovals(house, OFFICER)
    assert (due.line, due.due_on, due.days_late) == (of.line, dt.date(2025, 1, 10), 0)
    house.clock.open_day(dt.date(2025, 1, 11))
    assert [one.days_late for one in reapprovals(house, AUDITOR)] == [1]
    with pytest.raises(Conflict) as refused:
        draw(house, BORROWER, DrawRequest(of.line, 10_000), "late")
    assert refused.value.code == "draw_not_reapproved"
    asked = propose(house, OFFICER, Reapproved(of.line, "regular_review"), "again")
    with pytest.raises(Forbidden):
        resolve(house, OFFICER, ResolveRequest(asked.id, agree=True), "own")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "yes")
    assert draw(house, BORROWER, DrawRequest(of.line, 10_000), "now").headroom_fen == of.limit_fen - 10_000
    assert reapprovals(house, OFFICER) == ()
    assess(house, RISK, AssessRequest(of.line, LoanClass.SUBSTANDARD, "RC-05"), "bad")
    with pytest.raises(Conflict) as bad:
        propose(house, OFFICER, Reapproved(of.line, "regular_review"), "bad again")
    assert bad.value.code == "in_difficulty"
    with pytest.raises(Conflict) as none:
        propose(house, OFFICER, Reapproved(short.line, "regular_review"), "short")
    assert none.value.code == "no_reapproval"


def test_pv_02_the_book_tells_what_is_set_aside_and_what_must_be(house: House) -> None:
    """¥10,000 normal and ¥2,000 substandard: 1 % and 25 % are held, and the higher of 2.5 % of all and 150 % of the bad is asked for.

    What was written off is in neither.
    """
    good, bad, gone = (opened(house, number).line for number in (1, 2, 3))
    for line, fen in ((good, 1_000_000), (bad, 200_000), (gone, 700_000)):
        draw(house, SYSTEM, DrawRequest(line, fen), line)
    assess(house, RISK, AssessRequest(gone, LoanClass.LOSS, "RC-05"), "loss")
    asked = propose(house, OFFICER, WrittenOff(gone, "no_recovery"), "off")
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "yes")
    assess(house, RISK, AssessRequest(bad, LoanClass.SUBSTANDARD, "RC-05"), "assess")
    run_to(house, RISK, OPENED + dt.timedelta(days=1), "days")
    view = book(house, RISK)
    assert view is not None
    held = 1_000_000 // 100 + 200_000 // 4
    assert (view.provisions.held_fen, view.provisions.required_fen) == (held, 300_000)
    assert view.provisions.short_fen == 300_000 - held
    assert (view.total.lines, view.total.principal_fen, view.total.non_performing_fen) == (2, 1_200_000, 200_000)
    assert sum(row.lines for row in view.vintages) == 3, "a vintage remembers what was written off"
    assert (view.provisions.coverage_ppm, view.provisions.loans_ppm) == (300_000, 50_000)


def test_a_write_off_that_is_recorded_late_leaves_the_books_of_days_before_as_they_were(house: House) -> None:
    """A past day is told as its close knew it: the claim is a loan there still, and its allowance is set aside."""
    line = opened(house, 1).line
    draw(house, SYSTEM, DrawRequest(line, 700_000), "d")
    assess(house, RISK, AssessRequest(line, LoanClass.LOSS, "RC-05"), "loss")
    run_to(house, RISK, OPENED + dt.timedelta(days=3), "days")
    day = OPENED + dt.timedelta(days=2)
    before = book(house, RISK, day), lines_under(house, RISK, day, Slice())
    asked = propose(house, OFFICER, WrittenOff(line, "no_recovery"), "off", OPENED + dt.timedelta(days=1))
    resolve(house, RISK, ResolveRequest(asked.id, agree=True), "yes")
    run_to(house, RISK, OPENED + dt.timedelta(days=4), "days")
    assert (book(house, RISK, day), lines_under(house, RISK, day, Slice())) == before
    assert before[0] is not None
    assert (before[0].total.non_performing_fen, before[0].provisions.held_fen) == (700_000, 700_000)
    after = book(house, RISK)
    assert after is not None
    assert [figures.principal_fen for _, figures in after.series] == [700_000, 700_000, 700_000, 0]
    assert lines_under(house, RISK, OPENED + dt.timedelta(days=3), Slice()) == ()
