"""The drift book (`flows.needs.drift.DriftBook`): counts are added to, never read again to be written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Engine, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from farthing.domain.ids import Id
from farthing.flows.needs.drift import Cell, Watch
from farthing.store.bank.drift_tables import BOOK, drift_count, drift_progress, drift_watch
from farthing.store.engine import reading, single, writing

_COUNTING = 0x6661_6472  # "fadr(ift)": one counter at a time
_KEY = ("model", "month", "feature", "bin")


class DriftBook:
    """Counts in three small tables; a night costs what is new."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._reader = single(engine)

    def counted(self) -> int:
        """The first leaf of the log that was not counted."""
        with reading(self._reader) as connection:
            return connection.scalar(select(drift_progress.c.leaf)) or 0

    def watched(self, model: Id) -> tuple[Watch, ...]:
        """What is watched of a model, in its order."""
        wanted = select(drift_watch).where(drift_watch.c.model == model).order_by(drift_watch.c.place)
        with reading(self._reader) as connection:
            return tuple(Watch(row.model, row.feature, tuple(json.loads(row.cuts))) for row in connection.execute(wanted))

    def add(self, first: int, beyond: int, watches: Sequence[Watch], cells: Sequence[Cell]) -> bool:
        """All or nothing; False where the log was not counted up to just `first`."""
        with writing(self._engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:word)"), {"word": _COUNTING})
            connection.execute(upsert(drift_progress).values(leaf=0).on_conflict_do_nothing())
            moved = connection.execute(update(drift_progress).where(drift_progress.c.leaf == first).values(leaf=beyond))
            if moved.rowcount != 1:
                return False
            if watches:
                connection.execute(insert(drift_watch), _rows(watches))
            if cells:
                added = upsert(drift_count)
                more = {"cases": drift_count.c.cases + added.excluded.cases}
                connection.execute(added.on_conflict_do_update(index_elements=_KEY, set_=more), _summed(cells))
        return True

    def cells(self, model: Id) -> Sequence[Cell]:
        """All counts of a model, the base first."""
        wanted = select(drift_count).where(drift_count.c.model == model).order_by(*(drift_count.c[name] for name in _KEY))
        with reading(self._reader) as connection:
            return [Cell(**row) for row in connection.execute(wanted).mappings()]

    def clear(self) -> None:
        """Forget every count."""
        with writing(self._engine) as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:word)"), {"word": _COUNTING})
            for table in BOOK:
                connection.execute(delete(table))


def _rows(watches: Sequence[Watch]) -> list[dict[str, object]]:
    return [{"model": one.model, "feature": one.feature, "place": place, "cuts": json.dumps(one.cuts)} for place, one in enumerate(watches)]


def _summed(cells: Sequence[Cell]) -> list[dict[str, object]]:
    """One row a cell: one statement may not touch a row twice."""
    sums = Counter[tuple[object, ...]]()
    for one in cells:
        sums[one.model, one.month, one.feature, one.bin] += one.cases
    return [dict(zip(_KEY, key, strict=True)) | {"cases": cases} for key, cases in sorted(sums.items(), key=repr)]
