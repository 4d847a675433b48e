"""Who listens to events: how far each was told, and what it did not take. Listeners themselves are events, their keys in `subject_key`."""

from __future__ import annotations

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

MAKE = (
    """CREATE TABLE listener_progress (
  listener TEXT NOT NULL,
  position BIGINT NOT NULL,
  told_at TIMESTAMP WITH TIME ZONE,
  away INTEGER DEFAULT 0 NOT NULL,
  again_at TIMESTAMP WITH TIME ZONE,
  error TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_listener_progress PRIMARY KEY (listener)
)""",
    """CREATE TABLE letter (
  listener TEXT NOT NULL,
  leaf_index BIGINT NOT NULL,
  stream TEXT NOT NULL,
  event_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  tries INTEGER NOT NULL,
  next_at TIMESTAMP WITH TIME ZONE NOT NULL,
  error TEXT NOT NULL,
  dead BOOLEAN DEFAULT false NOT NULL,
  CONSTRAINT pk_letter PRIMARY KEY (listener, leaf_index)
)""",
    "CREATE INDEX letter_listener_stream ON letter (listener, stream, leaf_index)",
)
TABLES = ("listener_progress", "letter")


def upgrade() -> None:
    for statement in MAKE:
        op.execute(statement)
    for table in TABLES:
        for role, rights in (("farthing_app", "SELECT, INSERT, UPDATE, DELETE"), ("farthing_auditor", "SELECT")):
            grant = f"GRANT {rights} ON {table} TO {role}"
            op.execute(f"DO $$ BEGIN IF EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN {grant}; END IF; END $$")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.execute(f"DROP TABLE {table}")
