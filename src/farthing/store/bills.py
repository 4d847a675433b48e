"""Bills as they stand now, and which invoice stands behind which (`flows.ports.Bills`).

That an invoice stands behind one bill only is the primary key of `bill_invoice`: of two commands that claim it at once the later waits
for the earlier, then sees whose it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, or_, select

from farthing.domain import canon
from farthing.domain.bill.bill import BillState
from farthing.domain.errors import Invalid, NotFound
from farthing.domain.ids import Id
from farthing.flows.needs.bills import Wanted
from farthing.store.engine import driver, reading, ready, single
from farthing.store.journal_tables import bill_invoice, bill_state
from farthing.store.vault import Vault

_SORTS = ("matures_on", "amount_fen", "drawn_on", "status", "falls_due_on")
_STREAM = 2_000
_COLUMNS = [column.name for column in bill_state.columns]
_SAVE = f"""INSERT INTO bill_state ({", ".join(_COLUMNS)}) VALUES ({", ".join(["%s"] * len(_COLUMNS))})
ON CONFLICT (bill) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])}"""  # noqa: S608 - our own names
_CLAIM = """INSERT INTO bill_invoice AS held (mark, bill) SELECT mark, %s FROM unnest(%s::text[]) AS asked (mark) ORDER BY mark
ON CONFLICT (mark) DO UPDATE SET bill = excluded.bill WHERE held.bill IS NULL OR held.bill = excluded.bill RETURNING mark"""
_EXPOSED = "SELECT state FROM bill_state WHERE (acceptor = %s OR seller = %s) AND exposure_fen > 0 ORDER BY bill"
_BACKED = "SELECT mark, bill FROM bill_invoice WHERE mark = ANY(%s::text[]) AND bill IS NOT NULL"


class Bills:
    """Reads the projections; never writes."""

    def __init__(self, engine: Engine, vault: Vault) -> None:
        self._engine = engine
        self._reader = single(engine)
        self._ready = ready(engine)
        self._vault = vault

    def mark(self, invoice: str) -> str:
        """`Invalid` for an empty number."""
        blind = self._vault.blind("invoice", invoice)
        if blind is None:
            raise Invalid("no_invoice", "An invoice has no number.", "Give the number as it is printed.", field="invoices")
        return blind.hex()

    def get(self, bill: Id) -> BillState:
        """`NotFound` if there is none."""
        with reading(self._reader) as connection:
            state = connection.scalar(select(bill_state.c.state).where(bill_state.c.bill == bill))
        if state is None:
            raise _missing(bill)
        return _decoded(state)

    def list(self, wanted: Wanted) -> Sequence[BillState]:
        """`Invalid` for a column that bills are not sorted by."""
        sort, name = wanted.sort, wanted.sort.removeprefix("-")
        if name not in _SORTS:
            raise Invalid("bad_sort", f"Bills cannot be sorted by {name[:40]!r}.", f"Sort by one of {', '.join(_SORTS)}.", field="sort")
        column = bill_state.c[name]
        found = select(bill_state.c.state).where(_where(wanted)).order_by(column.desc() if sort.startswith("-") else column)
        with reading(self._reader) as connection:
            page = found.order_by(bill_state.c.bill).limit(wanted.limit).offset(wanted.offset)
            return [_decoded(state) for state in connection.scalars(page)]

    def count(self, wanted: Wanted) -> int:
        """How many there are."""
        with reading(self._reader) as connection:
            return connection.execute(select(func.count()).select_from(bill_state).where(_where(wanted))).scalar_one()

    def exposed_to(self, party: Id) -> Sequence[BillState]:
        """By bill."""
        return [_decoded(row.state) for row in self._ready.fetch(_EXPOSED, party, party)]

    def bought(self, *, open_only: bool = False) -> Iterator[BillState]:
        """By bill."""
        wanted = "SELECT state FROM bill_state WHERE seller IS NOT NULL AND (exposure_fen > 0 OR NOT %s) ORDER BY bill"
        with reading(self._engine) as connection, driver(connection).cursor("bills") as cursor:
            cursor.itersize = _STREAM
            cursor.execute(wanted, (open_only,))
            for (state,) in cursor:
                yield _decoded(state)

    def ids(self) -> Sequence[Id]:
        """Every bill."""
        with reading(self._reader) as connection:
            return connection.execute(select(bill_state.c.bill).order_by(bill_state.c.bill)).scalars().all()

    def repeats(self, bill: Id) -> bool:
        """Every column, the JSON's own spelling included."""
        with reading(self._reader) as connection:
            row = connection.execute(select(bill_state).where(bill_state.c.bill == bill)).one()
        return tuple(row) == bill_row(_decoded(row.state))

    def backed(self, marks: Sequence[str]) -> Mapping[str, Id]:
        """As `BillTransaction.claim_invoices` would find them, nothing claimed."""
        with reading(self._reader) as connection:
            return dict(driver(connection).execute(_BACKED, (list(marks),)).fetchall())

    def backing(self, bill: Id) -> frozenset[str]:
        """Their marks."""
        with reading(self._reader) as connection:
            return frozenset(connection.scalars(select(bill_invoice.c.mark).where(bill_invoice.c.bill == bill)))


def locked_bill(connection: Connection, bill: Id) -> BillState:
    """The bill's state, its row locked until the end of the transaction; `NotFound` if there is none."""
    state = connection.scalar(select(bill_state.c.state).where(bill_state.c.bill == bill).with_for_update())
    if state is None:
        raise _missing(bill)
    return _decoded(state)


def upsert_bill(connection: Connection, state: BillState) -> None:
    """Show this state as the bill's."""
    driver(connection).execute(_SAVE, bill_row(state))


def claim_invoices(connection: Connection, bill: Id, marks: Sequence[str]) -> Mapping[str, Id]:
    """Claim invoices for a bill; those that are another's are told with it, and stay its own."""
    raw = driver(connection)
    mine = {mark for (mark,) in raw.execute(_CLAIM, (bill, sorted(set(marks)))).fetchall()}
    others = [mark for mark in marks if mark not in mine]
    return dict(raw.execute(_BACKED, (others,)).fetchall()) if others else {}


def free_invoices(connection: Connection, bill: Id) -> None:
    """Nothing stands behind this bill any more."""
    driver(connection).execute("UPDATE bill_invoice SET bill = NULL WHERE bill = %s", (bill,))


def bill_row(state: BillState) -> tuple[object, ...]:
    """The row of `bill_state` that shows this state."""
    bill, agreed = state.bill, state.discount
    return (
        bill.bill, bill.number, bill.kind.value, state.status.value, bill.drawer, bill.acceptor, bill.payee, state.holder,
        agreed.seller if agreed else None, bill.amount_fen, state.exposure_fen, bill.drawn_on, bill.matures_on,
        agreed.falls_due_on if agreed else None, state.as_of, bill.synthetic, canon.encode(state).decode(),
    )  # fmt: skip


def _where(wanted: Wanted) -> ColumnElement[bool]:
    columns = bill_state.c
    met: list[ColumnElement[bool]] = [columns.bill.is_not(None)]
    if wanted.statuses:
        met.append(columns.status.in_([status.value for status in wanted.statuses]))
    if wanted.due_by is not None:
        met.append(columns.falls_due_on <= wanted.due_by)
    if wanted.party is not None:
        roles = (columns.drawer, columns.acceptor, columns.payee, columns.holder, columns.seller)
        met.append(or_(*(role == wanted.party for role in roles)))
    return and_(*met)


def _decoded(state: str) -> BillState:
    return canon.decode(BillState, state.encode())


def _missing(bill: Id) -> NotFound:
    return NotFound("no_bill", f"There is no bill {bill[:40]!r}.", "Copy the id from the bill desk.")
