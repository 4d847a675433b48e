"""Houses as they stand, found by line, party, stage and the day of their value (`flows.needs.collateral.Houses`)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from farthing.domain import canon
from farthing.domain.collateral.house import HouseStage, HouseState
from farthing.domain.errors import Conflict, NotFound
from farthing.domain.ids import Id
from farthing.store.engine import reading, single
from farthing.store.journal_tables import house_state
from farthing.store.vault import Vault

SECURING = (HouseStage.AGREED.value, HouseStage.REGISTERED.value)
_ROW = ("house", "party", "line", "stage", "offered_on", "valued_on", "secured_fen", "asked", "events", "state")
_DEED = "house_state_deed"


class Houses:
    """Reads the projection; never writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = single(engine)

    def get(self, house: Id) -> HouseState:
        """`NotFound` if there is none."""
        found = self._states(select(house_state.c.state).where(house_state.c.house == house))
        return _known(house, found[0] if found else None)

    def ids(self) -> Sequence[Id]:
        """Every house."""
        with reading(self._reader) as connection:
            return connection.execute(select(house_state.c.house).order_by(house_state.c.house)).scalars().all()

    def count(self) -> int:
        """How many houses there are."""
        with reading(self._reader) as connection:
            return connection.execute(select(func.count()).select_from(house_state)).scalar_one()

    def repeats(self, house: Id) -> bool:
        """Every column but the deed's, the JSON's own spelling included."""
        with reading(self._reader) as connection:
            row = connection.execute(select(*(house_state.c[name] for name in _ROW)).where(house_state.c.house == house)).one()
        return tuple(row) == tuple(_row(canon.decode(HouseState, row.state.encode())).values())

    def list(self, *, stage: HouseStage | None = None, limit: int = 50, offset: int = 0) -> Sequence[HouseState]:
        """A page of houses, the newest first."""
        wanted = select(house_state.c.state).order_by(house_state.c.offered_on.desc(), house_state.c.house).limit(limit).offset(offset)
        return self._states(wanted if stage is None else wanted.where(house_state.c.stage == stage.value))

    def of_line(self, line: Id) -> Sequence[HouseState]:
        """Houses whose lien is, or was, for this line, in the order of their ids."""
        return self._states(select(house_state.c.state).where(house_state.c.line == line).order_by(house_state.c.house))

    def of_party(self, party: Id) -> Sequence[HouseState]:
        """A party's houses, the oldest offer first."""
        return self._states(
            select(house_state.c.state).where(house_state.c.party == party).order_by(house_state.c.offered_on, house_state.c.house)
        )

    def valued_before(self, day: dt.date) -> Sequence[HouseState]:
        """Houses that secure something and whose newest value is of before `day`, the oldest value first."""
        wanted = select(house_state.c.state).where(house_state.c.stage.in_(SECURING), house_state.c.valued_on < day)
        return self._states(wanted.order_by(house_state.c.valued_on, house_state.c.house))

    def waiting(self) -> Sequence[HouseState]:
        """Houses with a raise that waits for its second person, the oldest offer first."""
        return self._states(select(house_state.c.state).where(house_state.c.asked).order_by(house_state.c.offered_on, house_state.c.house))

    def _states(self, wanted: Select[str]) -> Sequence[HouseState]:
        with reading(self._reader) as connection:
            return [canon.decode(HouseState, state.encode()) for state in connection.scalars(wanted)]


def lock_house(connection: Connection, house: Id) -> HouseState:
    """The house as it stands, its row locked until the end of the transaction; `NotFound` if there is none."""
    found = connection.scalar(select(house_state.c.state).where(house_state.c.house == house).with_for_update())
    return _known(house, canon.decode(HouseState, found.encode()) if found is not None else None)


def upsert_house(connection: Connection, vault: Vault, state: HouseState, deed: str | None) -> None:
    """Show this state as the house's. `Conflict` if another house that is not given back stands under the same deed."""
    row = _row(state)
    new = insert(house_state).values(**row, deed_index=vault.blind("deed", deed))
    changed = {name: new.excluded[name] for name in ("line", "stage", "valued_on", "secured_fen", "asked", "events", "state")}
    try:
        connection.execute(new.on_conflict_do_update(index_elements=[house_state.c.house], set_=changed))
    except IntegrityError as twice:
        if _DEED not in str(twice.orig):
            raise
        told = "A house under this deed is with the bank already."
        raise Conflict("house_known", told, "Look for it in the list of houses; it may be offered again once it is given back.") from None


def forget_deeds(connection: Connection, party: Id) -> None:
    """The party was erased: no deed leads to its houses any more."""
    connection.execute(house_state.update().where(house_state.c.party == party).values(deed_index=None))


def _known(house: Id, found: HouseState | None) -> HouseState:
    if found is None:
        raise NotFound("no_house", f"There is no house {house[:40]!r}.", "Copy the id from the list of houses.")
    return found


def _row(state: HouseState) -> dict[str, object]:
    """The row that shows this state, in the order of `_ROW`."""
    valuation, lien = state.valuation, state.lien
    return {
        "house": state.house, "party": state.party, "line": lien.line if lien else None, "stage": state.stage.value,
        "offered_on": state.offered_on, "valued_on": valuation.valued_on if valuation else None, "secured_fen": state.secured_fen,
        "asked": state.asked is not None, "events": state.events, "state": canon.encode(state).decode(),
    }  # fmt: skip
