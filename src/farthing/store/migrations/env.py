# ruff: noqa: INP001  (a script that alembic runs, not a module)
"""Where alembic meets the database: on the connection that `farthing.store.schema.migrate` hands over."""

from __future__ import annotations

from alembic import context

from farthing.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
