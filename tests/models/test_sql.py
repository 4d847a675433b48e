"""A scorecard as SQL, on a real PostgreSQL: every row comes to the points and PDs that Python gives it."""

from __future__ import annotations

import polars as pl
import psycopg
from sqlalchemy import make_url
from tests.models.test_fit_table import COLUMNS, table
from tests.store_fixture import Database

from farthing.models.fit import fit_scorecard, freeze
from farthing.models.scorecard import Scorer
from farthing.models.sql import to_sql
from farthing.models.table import whole_frame


def test_postgresql_scores_as_python_does(database: Database) -> None:
    card, rows = freeze(fit_scorecard(table(), COLUMNS, "bad")), whole_frame(table(seed=9), COLUMNS)
    mine = Scorer(card).many(rows).select("points", "pd_ppm", "low_pd_ppm", "high_pd_ppm").rows()
    declared = ", ".join(f'"{name}" {"text" if kind == pl.String else "bigint"}' for name, kind in rows.schema.items())
    url = make_url(database.owner_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TEMP TABLE applicants (id int, {declared})")
        with connection.cursor().copy("COPY applicants FROM STDIN") as copy:
            for number, row in enumerate(rows.iter_rows()):
                copy.write_row((number, *row))
        scored = connection.execute(to_sql(card, "applicants", keep=["id"]) + " ORDER BY id").fetchall()
    assert [row[1:] for row in scored] == mine
