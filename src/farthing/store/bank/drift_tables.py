"""Tables of the drift book: what is watched of each model, counts by month and bin, and how far the log was counted."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Integer, Table, Text, text

from farthing.store.schema import metadata

drift_watch = Table(
    "drift_watch",
    metadata,
    Column("model", Text, primary_key=True),
    Column("feature", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("cuts", Text, nullable=False),  # canonical JSON
)

drift_count = Table(
    "drift_count",
    metadata,
    Column("model", Text, primary_key=True),
    Column("month", Integer, primary_key=True, autoincrement=False),  # 12 a year; 0 for the base
    Column("feature", Text, primary_key=True),
    Column("bin", Integer, primary_key=True, autoincrement=False),
    Column("cases", BigInteger, nullable=False),
)

drift_progress = Table(
    "drift_progress",
    metadata,
    Column("single", Boolean, primary_key=True, server_default=text("true")),
    Column("leaf", BigInteger, nullable=False),  # the first that was not counted
    CheckConstraint("single", name="one_row"),
)

BOOK = (drift_watch, drift_count, drift_progress)
