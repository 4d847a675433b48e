"""Take evidence in: check every row, know its parties, keep the rows, record that they came, and ready them for features.

Any step may be the last before the power fails. Parties come first, then the lake's object, then how parties are tied, then the one
command that makes it count, then the aggregates; the same file again finds what is done and does the rest. A file that is known
changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

import polars as pl

from farthing.domain.errors import Conflict
from farthing.domain.event import EvidenceReceived
from farthing.domain.evidence import CURRENCY, Evidence, EvidenceKind, IntakeReport, Provenance, Repeats
from farthing.domain.party import Party, PartyKind, Relation, RelationKind, names_bank
from farthing.domain.staff import Actor, Role
from farthing.evidence.intake import Intake, SourceTable, refuse_parties, refuse_rows, repeat_rows, report, take_in
from farthing.evidence.mapping import with_repeats
from farthing.evidence.purpose import Standing, presumed, standing
from farthing.evidence.reasons import CONSENT_ENDED, NO_CONSENT, STRANGER, TURNED
from farthing.evidence.relation import turned
from farthing.features.daily import daily, daily_by_subject
from farthing.features.records import RECORDS
from farthing.flows.access import require
from farthing.flows.know import Source, declare_relations, know_parties, named_parties
from farthing.flows.ports import Command, House, Transaction

STEPS = 5
Progress = Callable[[str, int, int], None]
"""Told what is being done, and how many steps of how many are behind it."""


@dataclass(frozen=True, slots=True)
class IntakeRequest:
    """Tables to take in, in order. `repeats` and `as_of` overrule what the tables say; `require_known` quarantines rows of strangers.

    Rows dated after `as_of` are quarantined: without one, it is the bank's day, or the data's own end where that is earlier.
    """

    tables: tuple[SourceTable, ...]
    as_of: dt.date | None = None
    repeats: Repeats | None = None
    require_known: bool = False


@dataclass(frozen=True, slots=True)
class _TakenIn:
    """What the recording command is about."""

    evidence: Evidence
    mapping: str
    repeats: Repeats


def intake(house: House, actor: Actor, request: IntakeRequest, key: str, progress: Progress | None = None) -> tuple[IntakeReport, ...]:
    """One report a table. Raises `Invalid` when a table as a whole cannot be read as mapped, `Conflict` when it is known and was read
    otherwise; the tables before it stay taken in."""
    require(actor, Role.CREDIT_OFFICER, Role.RISK_MANAGER, Role.SYSTEM)
    _open_first_day(house, request)
    reports = []
    for i, given in enumerate(request.tables):
        table = replace(given, map=with_repeats(given.map, request.repeats))

        def step(what: str, done: int, i: int = i, source: str = table.source) -> None:
            if progress is not None:
                progress(f"{source}: {what}", STEPS * i + done, STEPS * len(request.tables))

        with house.lake.turn():
            reports.append(_Journey(house, actor, f"{key}:{table.kind.value}:{table.digest[:24]}", step).take(table, request))
    for kind in dict.fromkeys(told.kind for told in reports if told.already_known):
        with house.lake.turn():
            ready(house, kind, _behind(house, kind))  # a run that was stopped may have come no further than the record
    if progress is not None:
        progress("done", STEPS * len(request.tables), STEPS * len(request.tables))
    return tuple(reports)


def _open_first_day(house: House, request: IntakeRequest) -> None:
    """A bank whose first evidence is historical lives in that data's time: its first business day is the data's last."""
    ends = [table.ends_on for table in request.tables if table.ends_on is not None]
    if ends and not house.journal.events(kind="EvidenceReceived", limit=1):
        try:
            house.clock.open_day(max(ends))
        except Conflict:  # it has a later day of its own
            return


@dataclass(frozen=True, slots=True)
class _Journey:
    """One table's way in. `key` names its commands; `step` tells how far it is."""

    house: House
    actor: Actor
    key: str
    step: Callable[[str, int], None]

    def take(self, table: SourceTable, request: IntakeRequest) -> IntakeReport:
        earlier = self.house.lake.known(table.digest, table.kind)
        if earlier is not None:
            return _as_before(table, earlier)
        self.step("checking rows", 0)
        today = self.house.clock.today()
        taken = take_in(table, request.as_of or min(table.ends_on or today, today))
        self.step("knowing parties", 1)
        taken, parties = self._parties(table, taken, request)
        if taken.accepted.is_empty():
            return report(table, taken, None)  # nothing to record: a corrected mapping may try the file again
        self.step("keeping rows", 2)
        told = self._record(table, taken, parties)
        self.step("readying for features", 4)
        ready(self.house, table.kind, {party.subject for party in parties.values()})
        return told

    def _parties(self, table: SourceTable, taken: Intake, request: IntakeRequest) -> tuple[Intake, dict[str, Party]]:
        """Rows whose party said no are refused, as are strangers' if so asked; everyone the other rows name is known from here on."""
        if table.kind is EvidenceKind.RELATION:
            taken = refuse_rows(taken, turned(taken.accepted, self._kinds(taken.accepted)), "relation", TURNED())
        owners = [one.key for one in named_parties(table.kind, taken.accepted) if one.owner]
        found = self.house.parties.find_many(owners)
        today = self.house.clock.today()
        stand = {key: standing(self.house.parties.consents(party.id), table.kind, today) for key, party in found.items()}
        taken = refuse_parties(taken, [key for key in stand if stand[key] is Standing.ENDED], CONSENT_ENDED())
        if request.require_known and table.kind is not EvidenceKind.ENTERPRISE:
            taken = refuse_parties(taken, [key for key in owners if key not in found], STRANGER())
        if not _presumed(table):
            silent = [key for key in owners if stand.get(key) is not Standing.COVERED]
            taken = refuse_parties(taken, silent, NO_CONSENT())
        taken = self._repeats(table, taken, found)
        left = named_parties(table.kind, taken.accepted)
        source = Source(
            key=f"{self.key}:{table.map.digest()[:16]}",
            ground=table.ground,
            kinds=tuple(dict.fromkeys(each.kind for each in request.tables if _presumed(each))),
            silent=tuple(found[one.key].id for one in left if stand.get(one.key) is Standing.SILENT),
            kind=table.kind,
            synthetic=table.synthetic,
        )
        return taken, know_parties(self.house, self.actor, left, source)

    def _repeats(self, table: SourceTable, taken: Intake, known: Mapping[str, Party]) -> Intake:
        """Rows of known parties that earlier files gave are repeats."""
        theirs = taken.accepted.filter(pl.col("party").is_in(list(known)))
        if theirs.is_empty():
            return taken
        return repeat_rows(table, taken, self.house.lake.repeated(table.kind, _by_subject(theirs, known), table.map.currency))

    def _kinds(self, ties: pl.DataFrame) -> dict[str, PartyKind]:
        """The kinds of those we know of the ends of these ties."""
        ends = pl.concat([ties["party"], ties["other"].alias("party")]).unique().to_list()
        bank = {key: PartyKind.ENTERPRISE for key in ends if names_bank(key)}
        return {key: party.kind for key, party in self.house.parties.find_many(ends).items()} | bank

    def _record(self, table: SourceTable, taken: Intake, parties: dict[str, Party]) -> IntakeReport:
        provenance = Provenance(table.source, table.digest, table.map.lag, table.map.currency, table.synthetic)
        evidence = self.house.lake.put(table.kind, _by_subject(taken.accepted, parties), provenance)
        if table.kind is EvidenceKind.RELATION:
            ties = _relations(taken.accepted, parties)
            declare_relations(self.house, self.actor, ties, self.key, synthetic=table.synthetic)
        self.step("recording", 3)
        told = report(table, taken, evidence.id)
        received = EvidenceReceived(
            evidence.id, table.kind, table.source, table.digest, evidence.object_digest, told.accepted, told.quarantined_rows
        )

        def record(transaction: Transaction) -> IntakeReport:
            fresh = transaction.add_evidence(evidence, told)
            if fresh:
                transaction.append(evidence.id, self.house.clock.today(), received, synthetic=table.synthetic)
            return replace(told, quarantined=(), already_known=not fresh)  # the rows are kept under a key of their own

        command = Command(self.key, "take_in", self.actor, _TakenIn(evidence, table.map.digest(), taken.repeats))
        return replace(told, already_known=self.house.commands.run(command, record, IntakeReport).already_known)


def _presumed(table: SourceTable) -> bool:
    return presumed(table.kind, consented=table.consented, synthetic=table.synthetic)


def _by_subject(rows: pl.DataFrame, parties: Mapping[str, Party]) -> pl.DataFrame:
    """The rows under their parties' pseudonyms."""
    subjects = {key: party.subject for key, party in parties.items()}
    return rows.with_columns(subject=pl.col("party").replace_strict(subjects, return_dtype=pl.String)).drop("party")


def _as_before(table: SourceTable, earlier: IntakeReport) -> IntakeReport:
    """The earlier report of the same file; `Conflict` when it was read otherwise then, since what was taken in stays as it was."""
    otherwise = earlier.reading not in ("", table.map.reading())
    chosen = earlier.repeated > 0 and table.map.repeats not in (None, earlier.repeats)
    if otherwise or chosen:
        how = "by another mapping" if otherwise else f"with repeats: {earlier.repeats.value}"
        raise Conflict(
            "file_known", f"{table.source} was taken in before, {how}; nothing was changed.",
            "Send the file as before, or the rows that should read otherwise in a file of their own.", field="mapping",
        )  # fmt: skip
    return earlier


def ready(house: House, kind: EvidenceKind, subjects: Collection[str]) -> None:
    """Daily aggregates of these subjects made anew from every row the lake now holds in our currency.

    Only in a turn at the lake are they not outrun.
    """
    if kind in RECORDS and subjects:
        rows = house.lake.scan(kind, CURRENCY).filter(pl.col("subject").is_in(list(subjects))).collect()
        nothing = daily(kind, rows.clear())  # of those whose rows are all in another currency
        house.aggregates.put(kind, dict.fromkeys(subjects, nothing) | daily_by_subject(kind, rows))


def _behind(house: House, kind: EvidenceKind) -> list[str]:
    """Subjects whose aggregates do not stand for as many rows as the lake holds of them in our currency."""
    if kind not in RECORDS:
        return []
    every = house.lake.scan(kind).select(pl.col("subject").unique()).collect()["subject"]
    ours = dict(house.lake.scan(kind, CURRENCY).group_by("subject").len().collect().iter_rows())
    return [subject for subject in every if _counted(house.aggregates.get(kind, subject), kind) != ours.get(subject, 0)]


def _counted(daily: pl.DataFrame | None, kind: EvidenceKind) -> int:
    return 0 if daily is None else sum(int(daily.get_column(name).sum()) for name in RECORDS[kind].rows)


def _relations(rows: pl.DataFrame, parties: dict[str, Party]) -> list[Relation]:
    return [
        Relation(parties[row["party"]].id, parties[row["other"]].id, RelationKind(row["relation"]), row["share_ppm"], row["known_on"])
        for row in rows.iter_rows(named=True)
    ]
