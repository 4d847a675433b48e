"""Tables of those who listen: how far each was told, and what it did not take. They follow from what was sent, and prove nothing."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, Integer, Table, Text, text

from farthing.store.schema import metadata

listener_progress = Table(
    "listener_progress",
    metadata,
    Column("listener", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),  # the first leaf that was not looked at
    Column("told_at", DateTime(timezone=True)),
    Column("away", Integer, nullable=False, server_default=text("0")),
    Column("again_at", DateTime(timezone=True)),
    Column("error", Text, nullable=False, server_default=text("''")),
)

letter = Table(
    "letter",
    metadata,
    Column("listener", Text, primary_key=True),
    Column("leaf_index", BigInteger, primary_key=True, autoincrement=False),
    Column("stream", Text, nullable=False),
    Column("event_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("next_at", DateTime(timezone=True), nullable=False),
    Column("error", Text, nullable=False),
    Column("dead", Boolean, nullable=False, server_default=text("false")),
    Index("letter_listener_stream", "listener", "stream", "leaf_index"),
)

DELIVERIES = (listener_progress, letter)
